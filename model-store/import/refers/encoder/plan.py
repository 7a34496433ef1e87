"""The sizes of REFERS's image tower, published ones unless a file says others."""

from __future__ import annotations

from dataclasses import dataclass

from ..plan import RefersPlan


@dataclass(frozen=True)
class EncoderPlan:
    side: int = 224
    patch_side: int = 16
    width: int = 768
    layers: int = 12
    heads: int = 12
    feed_forward: int = 3072

    @property
    def whole(self) -> RefersPlan:
        """As the network takes it; the rest of it is not built."""
        return RefersPlan(
            image_side=self.side, patch_side=self.patch_side, image_width=self.width, image_layers=self.layers, image_heads=self.heads,
            image_feed_forward=self.feed_forward,
        )
