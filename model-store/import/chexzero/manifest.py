"""CheXzero's sections of `model.json`."""

from __future__ import annotations

from typing import Any

from importing.dual_encoder import sections
from importing.image_graph import Pixels

from .network import CheXzeroPlan

REPOSITORY = "https://github.com/rajpurkarlab/CheXzero"
COMMIT = "5c341db"
CITATION = (
    "Tiu E., Talius E., Patel P., Langlotz C.P., Ng A.Y., Rajpurkar P. Expert-level detection of pathologies from unannotated chest "
    "X-ray images via self-supervised learning. Nature Biomedical Engineering 2022."
)

MEAN, STD = 101.48761, 83.43944
"""Of films' bytes: the released code never divides them by 255."""

POSITIVE, NEGATIVE = "{label}", "no {label}"

LABELS = (
    "Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Enlarged Cardiomediastinum", "Fracture", "Lung Lesion", "Lung Opacity",
    "No Finding", "Pleural Effusion", "Pleural Other", "Pneumonia", "Pneumothorax", "Support Devices",
)
"""CheXpert's fourteen."""

LABEL_SET = "chexpert14"

READING = {"mode": "pos-neg", "prompt_aggregation": "mean_of_embeddings", "activation": "sigmoid"}
"""The softmax of two logits is the sigmoid of their difference."""

NOTE = (
    "As released, the cosines are not scaled before the softmax, so that scores stay near 0.5: they rank films and are no probabilities. "
    "The paper's figures are of ten checkpoints' scores averaged; this is one of them."
)


def pixels(plan: CheXzeroPlan) -> Pixels:
    return Pixels(side=plan.canvas, mean=(MEAN,), std=(STD,), divisor=1.0)


def prompts() -> dict[str, list[str]]:
    return {label: [POSITIVE.format(label=label)] for label in LABELS}


def negatives() -> dict[str, list[str]]:
    return {label: [NEGATIVE.format(label=label)] for label in LABELS}


def chexzero_sections(plan: CheXzeroPlan) -> dict[str, Any]:
    fourteen = sections.label_set(
        "CheXpert, fourteen labels", prompts(), READING["mode"], READING["prompt_aggregation"], READING["activation"], note=NOTE,
    )
    for entry in fourteen["classes"]:
        entry["negatives"] = negatives()[entry["label"]]
    free = {**READING, "templates": [POSITIVE], "negative_templates": [NEGATIVE]}
    return {
        "image": sections.image(
            sections.GRAY, sections.resize("long", plan.canvas, "lanczos", "trunc"), sections.pad(plan.canvas), sections.channels(1)
        ),
        "text": sections.text(plan.text.max_length),
        "text_post": sections.text_post(),
        "score": sections.cosine_score(),
        "zero_shot": {"default": LABEL_SET, "sets": {LABEL_SET: fourteen}, "free_labels": free},
    }
