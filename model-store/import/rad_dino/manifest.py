"""RAD-DINO's sections of `model.json`."""

from __future__ import annotations

from typing import Any

from importing.dual_encoder import sections
from importing.image_graph import Pixels

from .preprocessor import CHANNELS, Preprocessor

REPOSITORY = "https://huggingface.co/microsoft/rad-dino"
COMMIT = "main"
CITATION = (
    "Pérez-García F., Sharma H., Bond-Taylor S. et al. Exploring scalable medical image encoders beyond text supervision. "
    "Nature Machine Intelligence 2025; arXiv 2401.10815."
)


def pixels(said: Preprocessor) -> Pixels:
    return Pixels(side=said.crop, channels=CHANNELS, mean=said.mean, std=said.std, divisor=1 / said.factor)


def rad_dino_sections(said: Preprocessor) -> dict[str, Any]:
    """As `BitImageProcessor`: colour stays, the shorter side, the middle with an odd margin's half cut off."""
    steps = [
        sections.resize("short", said.shortest, "bicubic_aa", "trunc"), {**sections.crop(said.crop), "round": "floor"}, sections.channels(CHANNELS),
    ]
    return {"image": sections.image(*steps), "score": sections.cosine_score()}
