"""BiomedCLIP's two towers with the key names of open_clip: a ViT of timm, and PubMedBERT with an MLP behind its first row."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from importing.networks.attention import attend
from importing.networks.bert import Bert, BertPlan


@dataclass(frozen=True)
class VitPlan:
    side: int = 224
    patch: int = 16
    width: int = 768
    layers: int = 12
    heads: int = 12
    eps: float = 1e-6

    @property
    def tokens(self) -> int:
        """Patches and the class token."""
        return (self.side // self.patch) ** 2 + 1


@dataclass(frozen=True)
class BiomedClipPlan:
    vit: VitPlan = field(default_factory=VitPlan)
    bert: BertPlan = field(default_factory=lambda: BertPlan(vocabulary=30_522))
    dims: int = 512
    max_length: int = 256
    """Tokens that a text is cut to (`context_length` of `open_clip_config.json`)."""


class Trunk(nn.Module):
    """timm's `vit_base_patch16_224` without its classifier: float32[rows, 3, side, side] -> the class token, float32[rows, width]."""

    def __init__(self, plan: VitPlan) -> None:
        super().__init__()
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, plan.width, plan.patch, plan.patch)})
        self.cls_token = nn.Parameter(torch.zeros(1, 1, plan.width))
        self.pos_embed = nn.Parameter(torch.zeros(1, plan.tokens, plan.width))
        self.blocks = nn.ModuleList(Block(plan) for _ in range(plan.layers))
        self.norm = nn.LayerNorm(plan.width, eps=plan.eps)

    def forward(self, images: Tensor) -> Tensor:
        patches = self.patch_embed["proj"](images).flatten(2).transpose(1, 2)
        rows = torch.cat([self.cls_token.expand(len(patches), -1, -1), patches], 1) + self.pos_embed
        for block in self.blocks:
            rows = block(rows)
        return self.norm(rows[:, 0])


class Block(nn.Module):
    """Norms stand before what they norm for."""

    def __init__(self, plan: VitPlan) -> None:
        super().__init__()
        self.heads = plan.heads
        self.norm1 = nn.LayerNorm(plan.width, eps=plan.eps)
        self.attn = nn.ModuleDict({"qkv": nn.Linear(plan.width, 3 * plan.width), "proj": nn.Linear(plan.width, plan.width)})
        self.norm2 = nn.LayerNorm(plan.width, eps=plan.eps)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(plan.width, 4 * plan.width), "fc2": nn.Linear(4 * plan.width, plan.width)})

    def forward(self, rows: Tensor) -> Tensor:
        query, key, value = self.attn["qkv"](self.norm1(rows)).chunk(3, -1)
        rows = rows + self.attn["proj"](attend(query, key, value, self.heads))
        return rows + self.mlp["fc2"](F.gelu(self.mlp["fc1"](self.norm2(rows))))


class ImageTower(nn.Module):
    """float32[rows, 3, side, side] -> float32[rows, dims], of any length."""

    def __init__(self, plan: BiomedClipPlan) -> None:
        super().__init__()
        self.trunk = Trunk(plan.vit)
        self.head = nn.ModuleDict({"proj": nn.Linear(plan.vit.width, plan.dims, bias=False)})

    def forward(self, images: Tensor) -> Tensor:
        return self.head["proj"](self.trunk(images))


class TextTower(nn.Module):
    """input_ids and attention_mask int64[rows, length] -> float32[rows, dims], of any length: an MLP of the first row."""

    def __init__(self, plan: BiomedClipPlan) -> None:
        super().__init__()
        inner = (plan.bert.width + plan.dims) // 2
        self.transformer = Bert(plan.bert)
        self.proj = nn.Sequential(nn.Linear(plan.bert.width, inner, bias=False), nn.GELU(), nn.Linear(inner, plan.dims, bias=False))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.proj(self.transformer(input_ids, attention_mask)[-1][:, 0])


class BiomedClip(nn.Module):
    def __init__(self, plan: BiomedClipPlan) -> None:
        super().__init__()
        self.plan = plan
        self.visual = ImageTower(plan)
        self.text = TextTower(plan)
        self.logit_scale = nn.Parameter(torch.zeros(()))
        """The logarithm of what a cosine is multiplied by."""
