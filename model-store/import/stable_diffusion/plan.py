"""The sizes of a Stable Diffusion's three networks, as its `config.json` files say them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TextPlan:
    """CLIP's text tower: ViT-L/14's in Stable Diffusion 1, OpenCLIP ViT-H/14's without its last layer in 2."""

    vocabulary: int
    width: int
    feed_forward: int
    layers: int
    heads: int
    positions: int
    activation: str
    """`quick_gelu` or `gelu`."""
    norm_eps: float


@dataclass(frozen=True)
class DenoiserPlan:
    in_channels: int
    out_channels: int
    channels: tuple[int, ...]
    attends_down: tuple[bool, ...]
    """Which levels have cross attention on the way down."""
    attends_up: tuple[bool, ...]
    layers: int
    """Residual blocks of a level on the way down; one more on the way up."""
    context: int
    """Width of what the text encoder gives."""
    heads: tuple[int, ...]
    """Of each level on the way down."""
    linear_projection: bool
    """Stable Diffusion 2 projects with a linear layer where 1 has a convolution of one pixel."""
    groups: int
    norm_eps: float
    cos_first: bool
    frequency_shift: float
    sample_side: int
    """Latents of a side that it was trained with."""

    @property
    def halvings(self) -> int:
        return len(self.channels) - 1


@dataclass(frozen=True)
class AutoencoderPlan:
    image_channels: int
    latent_channels: int
    channels: tuple[int, ...]
    layers: int
    groups: int
    scale: float

    @property
    def factor(self) -> int:
        """Pixels of a side that one latent stands for."""
        return 2 ** (len(self.channels) - 1)
