"""`model.json` of an imported LViT."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import importing.identity
from importing.identity import head

from .plan import LVitPlan
from .words import FILL, FILL_BELOW_WORDS, MAX_LENGTH

REPOSITORY = "https://github.com/HUANGLIZI/LViT"
COMMIT = "a9b0b41"
CITATION = "Li Z. et al. LViT: Language meets Vision Transformer in Medical Image Segmentation. IEEE TMI 2023, arXiv:2206.14718."


@dataclass(frozen=True)
class Identity(importing.identity.Identity):
    structures: list[dict[str, Any]]
    known_phrases: list[str] = field(default_factory=list)
    """A text without any of them is answered with a warning; none: no text is."""


def manifest(
    identity: Identity, plan: LVitPlan, components: dict[str, Any], files: list[dict[str, Any]], goldens: list[dict[str, Any]]
) -> dict[str, Any]:
    resize = {"op": "resize", "mode": "exact", "size": plan.image_side, "interpolation": "linear"}
    known = {"known": {"phrases": identity.known_phrases}} if identity.known_phrases else {}
    return {
        **head(identity, "segmentation", ["segmentations"], CITATION),
        "components": components,
        "files": files,
        "image": {
            # Channels are turned to BGR and divided by 255 inside the graph, so that films cross the process border as bytes.
            "steps": [resize, {"op": "channels", "count": 3}],
            "dicom": {"window": "voi", "invert_monochrome1": True},
        },
        "text": {
            "fill": {"below_words": FILL_BELOW_WORDS, "with": FILL}, "clean": "first-line",
            "tokenizer": "tokenizer.json", "lowercase": True, "max_length": MAX_LENGTH,
            "padding": "longest", "truncation": "right", "pad_id": 0,
        },
        "text_post": {"merge": "mean_pieces", "drop": ["cls", "sep"], "words": plan.words, "on_short": "error"},
        "segmentation": {"threshold": 0.5, "structures": identity.structures, **known},
        "goldens": goldens,
    }
