"""ConVIRT's sections of `model.json`."""

from __future__ import annotations

from typing import Any

from importing.dual_encoder import sections
from importing.image_graph import Pixels

from .network import ConvirtPlan
from .variants import Variant

CITATION = (
    "Zhang Y., Jiang H., Miura Y., Manning C.D., Langlotz C.P. Contrastive Learning of Medical Visual Representations from Paired Images "
    "and Text. Machine Learning for Healthcare 2022, arXiv:2010.00747."
)
DEFAULT_SET = "chexpert-5x-frozen"
"""Of those that every dual encoder has: ConVIRT's authors published queries for retrieval, no prompts."""


def pixels(variant: Variant, plan: ConvirtPlan) -> Pixels:
    return Pixels(side=plan.side, mean=variant.mean, std=variant.std, upsample=plan.upsample or None)


def convirt_sections(variant: Variant, plan: ConvirtPlan) -> dict[str, Any]:
    if variant.cleans:
        # MGCA's loader is GLoRIA's.
        canvas = round(plan.side * 256 / 224)
        steps = [sections.resize("long", canvas, "area", "trunc"), sections.pad(canvas), sections.crop(plan.side)]
    else:
        steps = [sections.resize("exact", plan.side, "bilinear_aa")]
    cleaning = {"clean": "gloria-sentences", "on_empty": "raw"} if variant.cleans else {}
    return {
        "image": sections.image(sections.GRAY, *steps, sections.channels(1)),
        # Bio_ClinicalBERT's loader lowercases although its vocabulary is cased, in all of these systems.
        "text": sections.text(plan.max_length, **cleaning),
        "text_post": sections.text_post(),
        "score": sections.cosine_score(1 / variant.temperature),
        "zero_shot": {"default": DEFAULT_SET, "sets": {}},
    }
