"""The denoiser: a U of two levels over 2 by 2 latents with cross-attention to the prompt, Stable Diffusion's in miniature.

The prompt's first vector also joins the time's, so that what the whole sentence says reaches every block.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .autoencoder import LATENTS
from .text_encoder import WIDTH as TEXT

WIDTHS = (96, 256)
TIME = 256
HEAD = 32


def time_waves(timestep: Tensor, size: int = 128) -> Tensor:
    """Sines and cosines of timesteps [n] (Vaswani 2017, section 3.5) as [n, size]."""
    rates = torch.exp(-math.log(10000) * torch.arange(size // 2, dtype=torch.float32) / (size // 2))
    angles = timestep.float()[:, None] * rates
    return torch.cat([angles.cos(), angles.sin()], 1)


class Residual(nn.Module):
    """Two convolutions; time and prompt scale and shift between them."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.before, self.first = nn.GroupNorm(8, inputs), nn.Conv2d(inputs, outputs, 3, padding=1)
        self.between, self.second = nn.GroupNorm(8, outputs), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.modulate = nn.Linear(TIME, 2 * outputs)
        self.past = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, level: Tensor, moment: Tensor) -> Tensor:
        scale, shift = self.modulate(moment)[..., None, None].chunk(2, 1)
        inner = self.between(self.first(F.silu(self.before(level))))
        return self.past(level) + self.second(F.silu(inner * (1 + scale) + shift))


class Attention(nn.Module):
    """Each cell looks at the other cells, then at the prompt, then thinks."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.heads = width // HEAD
        self.before_self, self.before_cross, self.before_hidden = (nn.LayerNorm(width) for _ in range(3))
        self.inward, self.outward = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.query, self.prompt, self.answer = nn.Linear(width, width), nn.Linear(TEXT, 2 * width), nn.Linear(width, width)
        self.hidden = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        for last in (self.outward, self.answer, self.hidden[2]):
            nn.init.zeros_(last.weight)

    def attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        split = [part.unflatten(-1, (self.heads, HEAD)).transpose(1, 2) for part in (query, key, value)]
        weights = (split[0] * HEAD**-0.5) @ split[1].transpose(-1, -2)
        return (weights.softmax(-1) @ split[2]).transpose(1, 2).flatten(2)

    def forward(self, level: Tensor, prompt: Tensor) -> Tensor:
        cells = level.flatten(2).transpose(1, 2)
        cells = cells + self.outward(self.attend(*self.inward(self.before_self(cells)).chunk(3, -1)))
        cells = cells + self.answer(self.attend(self.query(self.before_cross(cells)), *self.prompt(prompt).chunk(2, -1)))
        cells = cells + self.hidden(self.before_hidden(cells))
        return cells.transpose(1, 2).unflatten(2, level.shape[2:])


class Stage(nn.Module):
    """A residual, then attention."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.residual, self.attention = Residual(width, width), Attention(width)

    def forward(self, level: Tensor, moment: Tensor, prompt: Tensor) -> Tensor:
        return self.attention(self.residual(level, moment), prompt)


class Denoiser(nn.Module):
    """Noisy latents [n, LATENTS, h, w], timesteps [n], prompt [n, length, TEXT] to the velocity, same shape as the latents."""

    def __init__(self) -> None:
        super().__init__()
        wide, deep = WIDTHS
        self.time = nn.Sequential(nn.Linear(128, TIME), nn.SiLU(), nn.Linear(TIME, TIME))
        self.sentence = nn.Linear(TEXT, TIME)
        self.inward = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(4 * LATENTS, wide, 3, padding=1))
        self.down, self.halve = Residual(wide, wide), nn.Conv2d(wide, deep, 3, 2, 1)
        self.before, self.centre, self.after = Stage(deep), Attention(deep), Stage(deep)
        self.grow = nn.Sequential(nn.Conv2d(deep, 4 * wide, 1), nn.PixelShuffle(2))
        self.up, self.norm = Residual(2 * wide, wide), nn.GroupNorm(8, wide)
        self.outward = nn.Sequential(nn.Conv2d(wide, 4 * LATENTS, 3, padding=1), nn.PixelShuffle(2))
        nn.init.zeros_(self.outward[0].weight)

    def forward(self, sample: Tensor, timestep: Tensor, encoder_hidden_states: Tensor) -> Tensor:
        prompt = encoder_hidden_states
        moment = F.silu(self.time(time_waves(timestep)) + self.sentence(prompt[:, 0]))
        beside = self.down(self.inward(sample), moment)
        level = self.before(self.halve(beside), moment, prompt)
        level = self.after(self.centre(level, prompt), moment, prompt)
        level = self.up(torch.cat([self.grow(level), beside], 1), moment)
        return self.outward(F.silu(self.norm(level)))
