"""The ways of making an image that are compared, and the one that the pack ships as its default."""

from __future__ import annotations

from pathlib import Path

from .generation import Way
from .stages import GUIDANCE, PLANS, RESCALE

FULL = Way("full", "solver", 20, GUIDANCE, RESCALE)
FEW = Way("few steps", "solver", 8, GUIDANCE, RESCALE)
DISTILLED = Way("distilled", "lcm", 6, 1.0)
DEFAULT = FULL


def studied(work: Path) -> tuple[Way, ...]:
    """The default first; the distilled one only where it was trained."""
    return (FULL, FEW, DISTILLED) if (work / f"{PLANS['few_steps'].name}.pt").exists() else (FULL, FEW)
