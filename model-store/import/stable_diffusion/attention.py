"""Attention over a map's positions and over a prompt's tokens (Rombach et al. 2022, 2112.10752, section 3.3 and appendix E.2.1)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

MAP_NORM_EPS = 1e-6


class Attention(nn.Module):
    """float[rows, n, width] attends to itself or to `context`, float[rows, m, context width]."""

    def __init__(self, width: int, heads: int, context: int | None = None, bias: bool = False) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=bias)
        self.to_k = nn.Linear(context or width, width, bias=bias)
        self.to_v = nn.Linear(context or width, width, bias=bias)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        source = x if context is None else context
        query, keys, values = (self._split(part) for part in (self.to_q(x), self.to_k(source), self.to_v(source)))
        attended = F.scaled_dot_product_attention(query, keys, values)
        return self.to_out[0](attended.transpose(1, 2).flatten(2))

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)


class Gated(nn.Module):
    """GEGLU (Shazeer 2020, 2002.05202)."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, 2 * inner)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.proj(x).chunk(2, dim=-1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.net = nn.ModuleList([Gated(width, 4 * width), nn.Identity(), nn.Linear(4 * width, width)])

    def forward(self, x: Tensor) -> Tensor:
        return self.net[2](self.net[0](x))


class Layer(nn.Module):
    def __init__(self, width: int, heads: int, context: int) -> None:
        super().__init__()
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))
        self.attn1 = Attention(width, heads)
        self.attn2 = Attention(width, heads, context)
        self.ff = FeedForward(width)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        x = x + self.attn1(self.norm1(x))
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class PromptedMap(nn.Module):
    """A transformer layer over the positions of float[rows, channels, h, w], added to it."""

    def __init__(self, channels: int, heads: int, context: int, groups: int, linear: bool) -> None:
        super().__init__()
        self.linear = linear
        self.norm = nn.GroupNorm(groups, channels, MAP_NORM_EPS)
        self.proj_in = nn.Linear(channels, channels) if linear else nn.Conv2d(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList([Layer(channels, heads, context)])
        self.proj_out = nn.Linear(channels, channels) if linear else nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        sides = x.shape[2:]
        inner = self.norm(x)
        inner = self.proj_in(as_tokens(inner)) if self.linear else as_tokens(self.proj_in(inner))
        inner = self.transformer_blocks[0](inner, context)
        return x + (as_map(self.proj_out(inner), sides) if self.linear else self.proj_out(as_map(inner, sides)))


class SelfMap(nn.Module):
    """The autoencoder's attention: one head over all positions, added to float[rows, channels, h, w]."""

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__()
        self.group_norm = nn.GroupNorm(groups, channels, MAP_NORM_EPS)
        attention = Attention(channels, 1, bias=True)
        self.to_q, self.to_k, self.to_v, self.to_out = attention.to_q, attention.to_k, attention.to_v, attention.to_out

    def forward(self, x: Tensor) -> Tensor:
        tokens = as_tokens(self.group_norm(x))
        query, keys, values = (part(tokens).unsqueeze(1) for part in (self.to_q, self.to_k, self.to_v))
        attended = F.scaled_dot_product_attention(query, keys, values).squeeze(1)
        return x + as_map(self.to_out[0](attended), x.shape[2:])


def as_tokens(x: Tensor) -> Tensor:
    """[rows, channels, h, w] -> [rows, h · w, channels]."""
    return x.flatten(2).transpose(1, 2)


def as_map(tokens: Tensor, sides: tuple[int, ...]) -> Tensor:
    return tokens.transpose(1, 2).unflatten(2, sides)
