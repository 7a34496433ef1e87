"""A network small enough for tests, with every connection of the full one."""

from __future__ import annotations

from importing.networks.bert import BertPlan

from ..network import BiomedClip, BiomedClipPlan, VitPlan
from ..seeded import random_biomedclip

SMALL = BiomedClipPlan(
    vit=VitPlan(side=32, patch=8, width=24, layers=2, heads=2),
    bert=BertPlan(vocabulary=200, width=16, layers=2, heads=2, inner=32, positions=64),
    dims=12, max_length=48,
)


def small_biomedclip(seed: int = 0) -> BiomedClip:
    return random_biomedclip(SMALL, seed)
