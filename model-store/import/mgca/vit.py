"""ViT (Dosovitskiy A. et al., arXiv 2010.11929) with timm's key names, as MGCA's copy of it has them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class VitPlan:
    """Of ViT-B/16."""

    side: int = 224
    patch: int = 16
    width: int = 768
    layers: int = 12
    heads: int = 12
    mlp_ratio: int = 4
    eps: float = 1e-6

    @property
    def cells(self) -> int:
        """A side of the grid."""
        return self.side // self.patch


class Vit(nn.Module):
    """float32[rows, 3, side, side] -> [rows, 1 + cells², width] behind the last norm: the class token, then cells row by row."""

    def __init__(self, plan: VitPlan) -> None:
        super().__init__()
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, plan.width, plan.patch, plan.patch)})
        self.cls_token = nn.Parameter(torch.zeros(1, 1, plan.width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + plan.cells**2, plan.width))
        self.blocks = nn.ModuleList(Block(plan) for _ in range(plan.layers))
        self.norm = nn.LayerNorm(plan.width, eps=plan.eps)

    def forward(self, images: Tensor) -> Tensor:
        cells = self.patch_embed["proj"](images).flatten(2).transpose(1, 2)
        rows = torch.cat([self.cls_token.expand(cells.shape[0], -1, -1), cells], 1) + self.pos_embed
        for block in self.blocks:
            rows = block(rows)
        return self.norm(rows)


class Block(nn.Module):
    def __init__(self, plan: VitPlan) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(plan.width, eps=plan.eps)
        self.attn = Attention(plan)
        self.norm2 = nn.LayerNorm(plan.width, eps=plan.eps)
        inner = plan.mlp_ratio * plan.width
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(plan.width, inner), "fc2": nn.Linear(inner, plan.width)})

    def forward(self, rows: Tensor) -> Tensor:
        rows = rows + self.attn(self.norm1(rows))
        return rows + self.mlp["fc2"](F.gelu(self.mlp["fc1"](self.norm2(rows))))


class Attention(nn.Module):
    """`qkv` holds query, key and value one below the other."""

    def __init__(self, plan: VitPlan) -> None:
        super().__init__()
        self.heads = plan.heads
        self.scale = (plan.width // plan.heads) ** -0.5
        self.qkv = nn.Linear(plan.width, 3 * plan.width)
        self.proj = nn.Linear(plan.width, plan.width)

    def forward(self, rows: Tensor) -> Tensor:
        parts = self.qkv(rows).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        scores = query @ key.transpose(2, 3) * self.scale
        return self.proj((scores.softmax(-1) @ value).transpose(1, 2).flatten(2))
