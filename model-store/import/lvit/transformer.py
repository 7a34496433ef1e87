"""The U-shaped transformer beside the CNN (arXiv 2206.14718): one block a level on the way down, one on the way up."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .plan import LVitPlan


class ConvNorm1d(nn.Module):
    """Convolution of three over the last axis, batch norm, ReLU; the "CTBN" of the checkpoint."""

    def __init__(self, from_channels: int, to_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(from_channels, to_channels, 3, padding=1)
        self.norm = nn.BatchNorm1d(to_channels)

    def forward(self, rows: Tensor) -> Tensor:
        return F.relu(self.norm(self.conv(rows)))

    def over_tokens(self, tokens: Tensor) -> Tensor:
        """float32[n, tokens, from] -> float32[n, tokens, to]: the convolution runs along the tokens."""
        return self(tokens.transpose(1, 2)).transpose(1, 2)


class Patches(nn.Module):
    """A CNN map as tokens with learned positions: float32[n, c, h, w] -> float32[n, tokens, c]."""

    def __init__(self, dims: int, patch: int, tokens: int) -> None:
        super().__init__()
        self.patch_embeddings = nn.Conv2d(dims, dims, patch, stride=patch)
        self.position_embeddings = nn.Parameter(torch.zeros(1, tokens, dims))

    def forward(self, maps: Tensor) -> Tensor:
        return self.patch_embeddings(maps).flatten(2).transpose(1, 2) + self.position_embeddings


class Attention(nn.Module):
    """Every token looks at every token, with `heads` heads; one matrix for queries, keys and values."""

    def __init__(self, dims: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dims, 3 * dims)
        self.proj = nn.Linear(dims, dims)

    def forward(self, tokens: Tensor) -> Tensor:
        count, dims = tokens.shape[1:]
        parts = self.qkv(tokens).unflatten(2, (3, self.heads, dims // self.heads))
        query, key, value = (parts[:, :, i].transpose(1, 2) for i in range(3))
        weights = (query @ key.transpose(2, 3) * (dims // self.heads) ** -0.5).softmax(-1)
        return self.proj((weights @ value).transpose(1, 2).reshape(-1, count, dims))


class FeedForward(nn.Module):
    """As published: the activation (exact GELU) comes after the second layer too."""

    def __init__(self, dims: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(dims, hidden)
        self.fc2 = nn.Linear(hidden, dims)

    def forward(self, tokens: Tensor) -> Tensor:
        return F.gelu(self.fc2(F.gelu(self.fc1(tokens))))


class Block(nn.Module):
    """A pre-norm transformer block."""

    def __init__(self, dims: int, plan: LVitPlan) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dims)
        self.attn = Attention(dims, plan.heads)
        self.norm2 = nn.LayerNorm(dims)
        self.mlp = FeedForward(dims, plan.mlp_ratio * dims)

    def forward(self, tokens: Tensor) -> Tensor:
        tokens = tokens + self.attn(self.norm1(tokens))
        return tokens + self.mlp(self.norm2(tokens))


class Level(nn.Module):
    """What every level has by the checkpoint's names; most levels use only some of it."""

    def __init__(self, plan: LVitPlan, level: int) -> None:
        super().__init__()
        self.Encoder_blocks = nn.Sequential(Block(plan.dims(level), plan))

    def declare_unused(self, plan: LVitPlan, level: int) -> None:
        """The released network gives every level the parts of every other and never calls them; checkpoints hold them."""
        dims = plan.dims(level)
        unused = {
            "embeddings": lambda: Patches(dims, plan.patch(level), plan.tokens),
            "norm": lambda: nn.LayerNorm(dims),
            "head": lambda: nn.Linear(dims, 1),
            "CTBN": lambda: ConvNorm1d(dims, dims // 2),
            "CTBN2": lambda: ConvNorm1d(2 * dims, dims),
            "CTBN3": lambda: ConvNorm1d(plan.words, plan.tokens),
        }
        for name, make in unused.items():
            if not hasattr(self, name):
                setattr(self, name, make())


class FirstDownLevel(Level):
    """Where the text comes in: its ten words become as many rows as there are tokens and are added to them."""

    def __init__(self, plan: LVitPlan) -> None:
        super().__init__(plan, 0)
        self.embeddings = Patches(plan.dims(0), plan.patch(0), plan.tokens)
        self.CTBN3 = ConvNorm1d(plan.words, plan.tokens)

    def forward(self, maps: Tensor, words: Tensor) -> Tensor:
        """maps float32[n, width, side, side], words float32[n, words, width] -> float32[n, tokens, width]."""
        return self.Encoder_blocks(self.embeddings(maps) + self.CTBN3(words))


class DownLevel(Level):
    """Own tokens halved in dims, then those of the level above joined to them."""

    def __init__(self, plan: LVitPlan, level: int) -> None:
        super().__init__(plan, level)
        self.embeddings = Patches(plan.dims(level), plan.patch(level), plan.tokens)
        self.CTBN = ConvNorm1d(plan.dims(level), plan.dims(level) // 2)

    def forward(self, maps: Tensor, above: Tensor) -> Tensor:
        own = self.Encoder_blocks(self.embeddings(maps))
        return torch.cat([self.CTBN.over_tokens(own), above], dim=2)


class DeepestUpLevel(Level):
    def forward(self, tokens: Tensor) -> Tensor:
        return self.Encoder_blocks(tokens)


class UpLevel(Level):
    """The tokens of the way down, with those of the deeper level added at half their dims."""

    def __init__(self, plan: LVitPlan, level: int) -> None:
        super().__init__(plan, level)
        self.CTBN2 = ConvNorm1d(2 * plan.dims(level), plan.dims(level))

    def forward(self, tokens: Tensor, deeper: Tensor) -> Tensor:
        return self.Encoder_blocks(tokens) + self.CTBN2.over_tokens(deeper)
