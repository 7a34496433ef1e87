"""MGCA's sections of `model.json`, in both modes."""

from __future__ import annotations

from typing import Any

from gloria.manifest import CANVAS_SHARE
from gloria.prompts import prompts
from importing.dual_encoder import sections
from importing.image_graph import Pixels

from .network import RESNET, Mgca
from .reference import COMPAT

REPOSITORY = "https://github.com/HKU-MedAI/MGCA"
COMMIT = "680fe4a"
CITATION = (
    "Wang F., Zhou Y., Wang S., Vardhanabhuti V., Yu L. Multi-Granularity Cross-modal Alignment for Generalized Medical Visual "
    "Representation Learning. NeurIPS 2022."
)
NOT_THEIRS = "MGCA released no zero-shot code and no prompts: these are GLoRIA's 25, by the mean of their cosines."


def pixels(network: Mgca) -> Pixels:
    plan = network.plan
    return Pixels(side=plan.side, mean=(0.5,), std=(0.5,), upsample=plan.upsample if network.tower == RESNET else None)


def image_section(side: int) -> dict[str, Any]:
    canvas = round(side * CANVAS_SHARE)
    return sections.image(
        sections.GRAY, sections.resize("long", canvas, "area", "trunc"), sections.pad(canvas), sections.crop(side), sections.channels(1)
    )


def mgca_sections(network: Mgca, mode: str) -> dict[str, Any]:
    plan, is_compat = network.plan, mode == COMPAT
    local = {
        "algorithm": "mgca-cosine", "temperatures": {"temp_attention": plan.temp_attention, "temp_words": 1, "temp_score": 1},
        "words": "fixed", "weights": "compat-shifted" if is_compat else "token-attention", "aggregate": "weighted_mean",
    }
    chexpert = sections.label_set("CheXpert, five findings", prompts(False), "multiclass", "mean", "none", similarity="global", note=NOT_THEIRS)
    return {
        "image": image_section(plan.side),
        # Longer padding changes nothing: attention hides it, and the heads take every slot by itself.
        "text": sections.text(plan.max_tokens, clean="gloria-sentences", on_empty="raw"),
        "text_post": sections.text_post("sum_pieces", "cls", drop=["cls"] if is_compat else ["cls", "sep"], heads=True),
        "score": {"scale": 1 / plan.temp_global, "global": "cosine", "local": local, "combine": {"kind": "none"}, "pairwise": False},
        "zero_shot": {"default": "chexpert5", "sets": {"chexpert5": chexpert}},
        "maps": {"values": "attention", "display": "minmax-image"},
        "prototypes": {"count": plan.prototypes, "temperature": plan.temp_prototypes},
    }
