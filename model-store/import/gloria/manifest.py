"""GLoRIA's sections of `model.json`, in both modes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from importing.dual_encoder import sections
from importing.image_graph import Pixels

from .network import GloriaPlan
from .prompts import prompts
from .reference import COMPAT

REPOSITORY = "https://github.com/marshuang80/gloria"
COMMIT = "416466a"
CITATION = (
    "Huang S.-C., Shen L., Lungren M.P., Yeung S. GLoRIA: A Multimodal Global-Local Representation Learning Framework for "
    "Label-efficient Medical Image Recognition. ICCV 2021."
)
CANVAS_SHARE = 256 / 224
"""The film is brought into a square this much wider than the network's, and its middle is read."""

SMOOTH_CELLS = 20 / 16
"""The released heat map is enlarged 16 times and smoothed by 20 pixels."""

NOTE = {
    "fixed": "The 25 prompts that the released code draws; scores are uncalibrated and not compared with other films'.",
    "compat": "As released, each class's score is z-scored over the films of one call; {norm}",
}

References = Mapping[str, tuple[float, float]]
"""Mean and deviation of a class's score over reference films."""


def pixels(plan: GloriaPlan) -> Pixels:
    return Pixels(side=plan.side, mean=(0.5,), std=(0.5,), upsample=plan.upsample)


def gloria_sections(plan: GloriaPlan, mode: str, references: References) -> dict[str, Any]:
    is_compat = mode == COMPAT
    canvas = round(plan.side * CANVAS_SHARE)
    return {
        "image": sections.image(
            sections.GRAY, sections.resize("long", canvas, "area", "trunc"), sections.pad(canvas), sections.crop(plan.side), sections.channels(1)
        ),
        # Longer padding changes nothing, since attention hides it and the mean is over `fixed_length` slots anyway.
        "text": sections.text(plan.slots, clean="gloria-sentences", on_empty="error" if is_compat else "raw"),
        "text_post": sections.text_post("sum_pieces", "mean_with_zeros", drop=["sep"], fixed_length=plan.slots),
        "score": _score(plan, is_compat),
        "zero_shot": {"default": "chexpert5", "sets": {"chexpert5": _chexpert(mode, references)}},
        "maps": {"values": "attention", "display": "minmax-image", "smooth_sigma": SMOOTH_CELLS},
    }


def _score(plan: GloriaPlan, is_compat: bool) -> dict[str, Any]:
    temperatures = {"temp_attention": plan.temp_attention, "temp_words": plan.temp_words, "temp_score": plan.temp_score}
    local = {
        "algorithm": "gloria", "temperatures": temperatures,
        "words": "compat-chars" if is_compat else "fixed", "aggregate": "max" if is_compat else "logsumexp",
    }
    return {"scale": 1, "global": "cosine", "local": local, "combine": {"kind": "mean"}, "pairwise": False}


def _chexpert(mode: str, references: References) -> dict[str, Any]:
    norm = "here by the reference films given at import." if references else "none were given at import, so here it is not."
    made = sections.label_set(
        "CheXpert, five findings", prompts(mode == COMPAT), "multiclass", "max", "none",
        similarity="both", local_aggregate="max", note=NOTE[mode].format(norm=norm),
    )
    if references:
        made["class_norm"] = "zscore-reference"
        for entry in made["classes"]:
            mean, std = references[entry["label"]]
            entry["reference"] = {"mean": mean, "std": std}
    return made
