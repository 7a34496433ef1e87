"""The ways of making an image that are compared, and the one that the pack ships as its default."""

from __future__ import annotations

from .generation import Way
from .stages import GUIDANCE, RESCALE

FULL = Way("full", "solver", 20, GUIDANCE, RESCALE)
FEW = Way("few steps", "solver", 8, GUIDANCE, RESCALE)
DISTILLED = Way("distilled", "lcm", 6, 1.0)
WAYS = (FULL, FEW, DISTILLED)
DEFAULT = FEW
