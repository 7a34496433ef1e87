"""The sizes of an LViT. The published network is `LVitPlan()`; smaller ones keep every connection."""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = 4
"""CNN skips, each with a transformer level beside it."""

TOKEN_SIDE_RATIO = 16
"""Pixels of the input that one token is wide, at every level."""


@dataclass(frozen=True)
class LVitPlan:
    width: int = 64
    """Channels of the first CNN level; level i has width * 2**i channels and tokens of as many dims."""
    image_side: int = 224
    words: int = 10
    text_dims: int = 768
    heads: int = 8
    mlp_ratio: int = 4

    @property
    def tokens(self) -> int:
        """The same number at every level: patches of 16, 8, 4 and 2 pixels on maps of full, half, quarter, eighth size."""
        return (self.image_side // TOKEN_SIDE_RATIO) ** 2

    def dims(self, level: int) -> int:
        return self.width << level

    def patch(self, level: int) -> int:
        return TOKEN_SIDE_RATIO >> level
