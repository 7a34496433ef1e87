"""The sizes of a REFERS. The published network is `RefersPlan()`; smaller ones keep every connection."""

from __future__ import annotations

from dataclasses import dataclass

VIEWS = 3
"""Films of a study; the fusion has a gate for each."""


@dataclass(frozen=True)
class RefersPlan:
    image_side: int = 224
    patch_side: int = 16
    image_width: int = 768
    image_layers: int = 12
    image_heads: int = 12
    image_feed_forward: int = 3072
    width: int = 1024
    """Of the decoder."""
    layers: int = 1
    heads: int = 16
    feed_forward: int = 4096
    positions: int = 100
    vocabulary: int = 10_000
    begin: int = 1
    end: int = 2
    pad: int = 0
    """The unknown piece too."""

    @property
    def grid(self) -> int:
        """Patches of a side."""
        return self.image_side // self.patch_side

    @property
    def patches(self) -> int:
        return self.grid**2

    @property
    def memory(self) -> int:
        """Positions that the decoder attends to: 588 in the published network."""
        return VIEWS * self.patches
