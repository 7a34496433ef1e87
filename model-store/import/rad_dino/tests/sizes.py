"""A network small enough for tests, with every connection of the full one."""

from __future__ import annotations

from ..network import RadDino, RadDinoPlan
from ..seeded import random_rad_dino

SMALL = RadDinoPlan(side=56, patch=14, width=24, layers=2, heads=2, inner=96)


def small_rad_dino(seed: int = 0) -> RadDino:
    return random_rad_dino(SMALL, seed)
