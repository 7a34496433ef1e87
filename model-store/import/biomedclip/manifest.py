"""BiomedCLIP's sections of `model.json`."""

from __future__ import annotations

from typing import Any

from importing.dual_encoder import sections
from importing.image_graph import Pixels

from .network import BiomedClipPlan

REPOSITORY = "https://huggingface.co/microsoft/BiomedCLIP-PubMedBERT_256-vit_base_patch16_224"
COMMIT = "main"
CITATION = (
    "Zhang S., Xu Y., Usuyama N. et al. BiomedCLIP: a multimodal biomedical foundation model pretrained from fifteen million "
    "scientific image-text pairs. arXiv 2303.00915; NEJM AI 2024."
)

MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)
"""CLIP's own (`preprocess_cfg` of `open_clip_config.json`)."""

TEMPLATE = "this is a photo of {label}"
"""Of the model card's example."""

SIDES = ("left-sided pleural effusion chest x-ray", "right-sided pleural effusion chest x-ray", "normal chest x-ray")
"""The candidate labels of the model card's widget, MIT."""

LABEL_SET = "card-effusion"


def pixels(plan: BiomedClipPlan) -> Pixels:
    return Pixels(side=plan.vit.side, channels=3, mean=MEAN, std=STD)


def prompts() -> dict[str, list[str]]:
    return {label.removesuffix(" chest x-ray"): [TEMPLATE.format(label=label)] for label in SIDES}


def biomedclip_sections(plan: BiomedClipPlan, scale: float) -> dict[str, Any]:
    """`scale`: exp of the checkpoint's logit scale."""
    reading = {"mode": "multiclass", "prompt_aggregation": "mean_of_embeddings", "activation": "softmax"}
    side = plan.vit.side
    card = sections.label_set(
        "Pleural effusion by side, the model card's labels", prompts(), reading["mode"], reading["prompt_aggregation"], reading["activation"],
        note="Shares among these three labels and no others; uncalibrated.",
    )
    return {
        # open_clip's own for evaluation: the shorter side, then the middle.
        "image": sections.image(sections.resize("short", side, "bicubic_aa", "trunc"), sections.crop(side), sections.channels(3)),
        "text": sections.text(plan.max_length),
        "text_post": sections.text_post(),
        "score": sections.cosine_score(scale),
        "zero_shot": {"default": LABEL_SET, "sets": {LABEL_SET: card}, "free_labels": {**reading, "templates": [TEMPLATE]}},
    }
