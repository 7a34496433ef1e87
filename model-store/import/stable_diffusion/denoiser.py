"""The U-Net of Stable Diffusion 1 and 2 (2112.10752, appendix E.2), with diffusers' names for its weights."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .attention import PromptedMap
from .convolution import Doubled, Halved, Residual
from .plan import DenoiserPlan

LONGEST_PERIOD = 10_000
"""Of the timestep's waves (Vaswani et al. 2017, 1706.03762, section 3.5)."""


class Timestep(nn.Module):
    """float[rows] -> float[rows, width]: waves, then two layers."""

    def __init__(self, plan: DenoiserPlan, width: int) -> None:
        super().__init__()
        self.waves = plan.channels[0]
        self.cos_first, self.shift = plan.cos_first, plan.frequency_shift
        self.linear_1 = nn.Linear(self.waves, width)
        self.linear_2 = nn.Linear(width, width)

    def forward(self, timestep: Tensor) -> Tensor:
        half = self.waves // 2
        exponents = -math.log(LONGEST_PERIOD) * torch.arange(half, dtype=torch.float32) / (half - self.shift)
        angles = timestep.float()[:, None] * exponents.exp()[None]
        waves = [angles.cos(), angles.sin()] if self.cos_first else [angles.sin(), angles.cos()]
        return self.linear_2(F.silu(self.linear_1(torch.cat(waves, 1))))


class Level(nn.Module):
    """What stands between two sizes: residual blocks, each with attention to the prompt where the level has it."""

    def __init__(self, plan: DenoiserPlan, sides: list[tuple[int, int]], heads: int | None, time_width: int) -> None:
        """`sides`: channels from and to of each residual block; `heads`: `None` without attention."""
        super().__init__()
        self.resnets = nn.ModuleList(Residual(*side, plan.groups, plan.norm_eps, time_width) for side in sides)
        count = 0 if heads is None else len(sides)
        channels = sides[-1][1]
        made = (PromptedMap(channels, heads or 1, plan.context, plan.groups, plan.linear_projection) for _ in range(count))
        self.attentions = nn.ModuleList(made) if count else None

    def step(self, at: int, x: Tensor, time: Tensor, context: Tensor) -> Tensor:
        x = self.resnets[at](x, time)
        return x if self.attentions is None else self.attentions[at](x, context)


class Down(Level):
    def __init__(self, plan: DenoiserPlan, at: int, time_width: int) -> None:
        width = plan.channels[at]
        first = plan.channels[max(at - 1, 0)]
        sides = [(first if layer == 0 else width, width) for layer in range(plan.layers)]
        super().__init__(plan, sides, plan.heads[at] if plan.attends_down[at] else None, time_width)
        self.downsamplers = nn.ModuleList([Halved(width, False)]) if at < plan.halvings else None

    def forward(self, x: Tensor, time: Tensor, context: Tensor) -> list[Tensor]:
        """Every map on the way, for the way up; the last one is the level's own."""
        maps = []
        for at in range(len(self.resnets)):
            x = self.step(at, x, time, context)
            maps.append(x)
        return maps if self.downsamplers is None else [*maps, self.downsamplers[0](x)]


class Up(Level):
    def __init__(self, plan: DenoiserPlan, at: int, time_width: int) -> None:
        """`at` counts from the deepest level."""
        rising = plan.channels[::-1]
        width, before, skipped = rising[at], rising[max(at - 1, 0)], rising[min(at + 1, plan.halvings)]
        sides = []
        for layer in range(plan.layers + 1):
            skip = skipped if layer == plan.layers else width
            sides.append(((before if layer == 0 else width) + skip, width))
        super().__init__(plan, sides, plan.heads[::-1][at] if plan.attends_up[at] else None, time_width)
        self.upsamplers = nn.ModuleList([Doubled(width)]) if at < plan.halvings else None

    def forward(self, x: Tensor, skips: list[Tensor], time: Tensor, context: Tensor) -> Tensor:
        """Takes its skips off the list's end."""
        for at in range(len(self.resnets)):
            x = self.step(at, torch.cat([x, skips.pop()], 1), time, context)
        return x if self.upsamplers is None else self.upsamplers[0](x)


class Middle(Level):
    def __init__(self, plan: DenoiserPlan, time_width: int) -> None:
        width = plan.channels[-1]
        super().__init__(plan, [(width, width)], plan.heads[-1], time_width)
        self.resnets.append(Residual(width, width, plan.groups, plan.norm_eps, time_width))

    def forward(self, x: Tensor, time: Tensor, context: Tensor) -> Tensor:
        return self.resnets[1](self.step(0, x, time, context), time)


class Denoiser(nn.Module):
    """sample float[rows, channels, h, w], timestep float[rows], tokens float[rows, length, context] -> float[rows, channels, h, w]."""

    def __init__(self, plan: DenoiserPlan) -> None:
        super().__init__()
        self.plan = plan
        time_width = 4 * plan.channels[0]
        levels = range(len(plan.channels))
        self.time_embedding = Timestep(plan, time_width)
        self.conv_in = nn.Conv2d(plan.in_channels, plan.channels[0], 3, padding=1)
        self.down_blocks = nn.ModuleList(Down(plan, at, time_width) for at in levels)
        self.mid_block = Middle(plan, time_width)
        self.up_blocks = nn.ModuleList(Up(plan, at, time_width) for at in levels)
        self.conv_norm_out = nn.GroupNorm(plan.groups, plan.channels[0], plan.norm_eps)
        self.conv_out = nn.Conv2d(plan.channels[0], plan.out_channels, 3, padding=1)

    def forward(self, sample: Tensor, timestep: Tensor, encoder_hidden_states: Tensor) -> Tensor:
        time = self.time_embedding(timestep)
        skips = [self.conv_in(sample)]
        for down in self.down_blocks:
            skips += down(skips[-1], time, encoder_hidden_states)
        x = self.mid_block(skips[-1], time, encoder_hidden_states)
        for up in self.up_blocks:
            x = up(x, skips, time, encoder_hidden_states)
        return self.conv_out(F.silu(self.conv_norm_out(x)))
