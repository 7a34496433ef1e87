"""A tower small enough for tests."""

from __future__ import annotations

from ...network import VisionTransformer
from ..plan import EncoderPlan
from ..seeded import random_encoder

SMALL = EncoderPlan(side=48, width=24, layers=3, heads=2, feed_forward=40)


def small_encoder(seed: int = 0) -> VisionTransformer:
    return random_encoder(SMALL, seed)
