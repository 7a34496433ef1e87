"""The autoencoder of Stable Diffusion (2112.10752, section 3.1), with diffusers' names for its weights."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from .attention import SelfMap
from .convolution import Doubled, Halved, Residual
from .plan import AutoencoderPlan

NORM_EPS = 1e-6


class Level(nn.Module):
    def __init__(self, plan: AutoencoderPlan, from_channels: int, to_channels: int, layers: int) -> None:
        super().__init__()
        firsts = [from_channels, *([to_channels] * (layers - 1))]
        self.resnets = nn.ModuleList(Residual(first, to_channels, plan.groups, NORM_EPS) for first in firsts)

    def residuals(self, x: Tensor) -> Tensor:
        for resnet in self.resnets:
            x = resnet(x)
        return x


class Down(Level):
    def __init__(self, plan: AutoencoderPlan, at: int) -> None:
        super().__init__(plan, plan.channels[max(at - 1, 0)], plan.channels[at], plan.layers)
        self.downsamplers = nn.ModuleList([Halved(plan.channels[at], True)]) if at < len(plan.channels) - 1 else None

    def forward(self, x: Tensor) -> Tensor:
        x = self.residuals(x)
        return x if self.downsamplers is None else self.downsamplers[0](x)


class Up(Level):
    def __init__(self, plan: AutoencoderPlan, at: int) -> None:
        """`at` counts from the deepest level."""
        rising = plan.channels[::-1]
        super().__init__(plan, rising[max(at - 1, 0)], rising[at], plan.layers + 1)
        self.upsamplers = nn.ModuleList([Doubled(rising[at])]) if at < len(rising) - 1 else None

    def forward(self, x: Tensor) -> Tensor:
        x = self.residuals(x)
        return x if self.upsamplers is None else self.upsamplers[0](x)


class Middle(nn.Module):
    def __init__(self, plan: AutoencoderPlan) -> None:
        super().__init__()
        width = plan.channels[-1]
        self.attentions = nn.ModuleList([SelfMap(width, plan.groups)])
        self.resnets = nn.ModuleList(Residual(width, width, plan.groups, NORM_EPS) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        return self.resnets[1](self.attentions[0](self.resnets[0](x)))


class Encoder(nn.Module):
    def __init__(self, plan: AutoencoderPlan) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(plan.image_channels, plan.channels[0], 3, padding=1)
        self.down_blocks = nn.ModuleList(Down(plan, at) for at in range(len(plan.channels)))
        self.mid_block = Middle(plan)
        self.conv_norm_out = nn.GroupNorm(plan.groups, plan.channels[-1], NORM_EPS)
        self.conv_out = nn.Conv2d(plan.channels[-1], 2 * plan.latent_channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv_in(x)
        for down in self.down_blocks:
            x = down(x)
        return self.conv_out(F.silu(self.conv_norm_out(self.mid_block(x))))


class Decoder(nn.Module):
    def __init__(self, plan: AutoencoderPlan) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(plan.latent_channels, plan.channels[-1], 3, padding=1)
        self.mid_block = Middle(plan)
        self.up_blocks = nn.ModuleList(Up(plan, at) for at in range(len(plan.channels)))
        self.conv_norm_out = nn.GroupNorm(plan.groups, plan.channels[0], NORM_EPS)
        self.conv_out = nn.Conv2d(plan.channels[0], plan.image_channels, 3, padding=1)

    def forward(self, latents: Tensor) -> Tensor:
        x = self.mid_block(self.conv_in(latents))
        for up in self.up_blocks:
            x = up(x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


class Autoencoder(nn.Module):
    """Pictures are float[rows, channels, H, W] between -1 and 1."""

    def __init__(self, plan: AutoencoderPlan) -> None:
        super().__init__()
        self.plan = plan
        self.encoder = Encoder(plan)
        self.decoder = Decoder(plan)
        self.quant_conv = nn.Conv2d(2 * plan.latent_channels, 2 * plan.latent_channels, 1)
        self.post_quant_conv = nn.Conv2d(plan.latent_channels, plan.latent_channels, 1)

    def moments(self, image: Tensor) -> Tensor:
        """Means, then log variances, not clamped: float[rows, 2 · latent channels, h, w]."""
        return self.quant_conv(self.encoder(image))

    def decode(self, latents: Tensor) -> Tensor:
        """Of latents without the scale."""
        return self.decoder(self.post_quant_conv(latents))
