"""DINOv2's ViT with the key names of Hugging Face's `Dinov2Model`, as RAD-DINO is published: https://arxiv.org/abs/2304.07193."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from importing.networks.attention import attend


@dataclass(frozen=True)
class RadDinoPlan:
    """RAD-DINO's published sizes (ViT-B/14 at 518)."""

    side: int = 518
    """Of the square film, in pixels: the one that the positions were trained at."""
    patch: int = 14
    width: int = 768
    layers: int = 12
    heads: int = 12
    inner: int = 3072
    eps: float = 1e-6

    @property
    def grid(self) -> int:
        """Patches along a side."""
        return self.side // self.patch


class Embeddings(nn.Module):
    """float32[rows, 3, side, side] -> float32[rows, 1 + grid², width], the class token first."""

    def __init__(self, plan: RadDinoPlan) -> None:
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, plan.width))
        self.position_embeddings = nn.Parameter(torch.zeros(1, 1 + plan.grid**2, plan.width))
        self.patch_embeddings = nn.ModuleDict({"projection": nn.Conv2d(3, plan.width, plan.patch, plan.patch)})

    def forward(self, images: Tensor) -> Tensor:
        patches = self.patch_embeddings["projection"](images).flatten(2).transpose(1, 2)
        return torch.cat([self.cls_token.expand(len(patches), -1, -1), patches], 1) + self.position_embeddings


class Scale(nn.Module):
    """A factor a channel on what a block adds (layer scale)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.lambda1 = nn.Parameter(torch.ones(width))

    def forward(self, rows: Tensor) -> Tensor:
        return rows * self.lambda1


class Layer(nn.Module):
    """Norms stand before what they norm for."""

    def __init__(self, plan: RadDinoPlan) -> None:
        super().__init__()
        self.heads = plan.heads
        self.norm1 = nn.LayerNorm(plan.width, eps=plan.eps)
        self.attention = nn.ModuleDict({
            "attention": nn.ModuleDict({name: nn.Linear(plan.width, plan.width) for name in ("query", "key", "value")}),
            "output": nn.ModuleDict({"dense": nn.Linear(plan.width, plan.width)}),
        })
        self.layer_scale1 = Scale(plan.width)
        self.norm2 = nn.LayerNorm(plan.width, eps=plan.eps)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(plan.width, plan.inner), "fc2": nn.Linear(plan.inner, plan.width)})
        self.layer_scale2 = Scale(plan.width)

    def forward(self, rows: Tensor) -> Tensor:
        seen, of = self.norm1(rows), self.attention["attention"]
        mixed = attend(of["query"](seen), of["key"](seen), of["value"](seen), self.heads)
        rows = rows + self.layer_scale1(self.attention["output"]["dense"](mixed))
        return rows + self.layer_scale2(self.mlp["fc2"](F.gelu(self.mlp["fc1"](self.norm2(rows)))))


class RadDino(nn.Module):
    """float32[rows, 3, side, side] -> float32[rows, 1 + grid², width] behind the last norm: the class token, then the patches row by row."""

    def __init__(self, plan: RadDinoPlan) -> None:
        super().__init__()
        self.plan = plan
        self.embeddings = Embeddings(plan)
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(Layer(plan) for _ in range(plan.layers))})
        self.layernorm = nn.LayerNorm(plan.width, eps=plan.eps)

    def forward(self, images: Tensor) -> Tensor:
        rows = self.embeddings(images)
        for layer in self.encoder["layer"]:
            rows = layer(rows)
        return self.layernorm(rows)
