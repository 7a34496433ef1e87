"""A network small enough for tests, with every connection of the full one."""

from __future__ import annotations

from ..network import CheXzeroPlan, Clip, ImagePlan, TextPlan
from ..seeded import random_chexzero

SMALL = CheXzeroPlan(
    image=ImagePlan(side=32, patch=8, width=24, layers=2, heads=2),
    text=TextPlan(vocabulary=600, width=16, layers=2, heads=2, max_length=77), dims=12, canvas=46,
)


def small_chexzero(seed: int = 0) -> Clip:
    return random_chexzero(SMALL, seed)
