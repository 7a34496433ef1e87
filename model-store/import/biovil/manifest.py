"""BioViL's sections of `model.json`."""

from __future__ import annotations

from typing import Any

from importing.dual_encoder import sections
from importing.image_graph import Pixels

from .network import BiovilPlan

REPOSITORY = "https://github.com/microsoft/hi-ml"
COMMIT = "b67c1d2"
CITATIONS = {
    "biovil": (
        "Boecking B. et al. Making the Most of Text Semantics to Improve Biomedical Vision-Language Processing. ECCV 2022, arXiv:2204.09817."
    ),
    "biovil-t": (
        "Bannur S. et al. Learning to Exploit Temporal Structure for Biomedical Vision-Language Processing. CVPR 2023, arXiv:2301.04558."
    ),
}
SMOOTH_CELLS = 1.5
"""Of the released map, for display; `values` are the cosines themselves."""


def pixels(plan: BiovilPlan) -> Pixels:
    return Pixels(side=plan.side)


def biovil_sections(plan: BiovilPlan) -> dict[str, Any]:
    local = {"algorithm": "cosine-grid", "temperatures": {"temp_words": 1, "temp_score": 1}, "words": "sentence", "aggregate": "max"}
    image = sections.image(
        sections.GRAY, sections.resize("short", plan.canvas, "bilinear_aa", "trunc"), sections.crop(plan.side), sections.channels(1)
    )
    return {
        # The released reader stretches a film's least and greatest value to 0 and 255.
        "image": {**image, "dicom": {"window": "minmax", "invert_monochrome1": True}},
        "text": sections.text(plan.bert.positions, clean="biovil-strip"),
        "text_post": sections.text_post(),
        "score": {**sections.cosine_score(), "local": local},
        "zero_shot": {"default": "chexpert-5x-frozen", "sets": {}},
        "maps": {"values": "cosine", "display": "minmax-image", "smooth_sigma": SMOOTH_CELLS},
    }
