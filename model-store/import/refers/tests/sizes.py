"""A REFERS small enough for a test."""

from __future__ import annotations

from ..plan import RefersPlan

SMALL = RefersPlan(
    image_side=16, patch_side=8, image_width=8, image_layers=1, image_heads=2, image_feed_forward=16,
    width=16, layers=2, heads=2, feed_forward=32, positions=20, vocabulary=150,
)
