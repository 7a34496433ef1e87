"""CLIP's two towers with the key names of OpenAI's code (`model.py` of CheXzero at 5c341db), and the enlarging that CheXzero puts before."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from importing.networks.attention import attend

EPS = 1e-5


@dataclass(frozen=True)
class ImagePlan:
    side: int = 224
    patch: int = 32
    width: int = 768
    layers: int = 12
    heads: int = 12

    @property
    def tokens(self) -> int:
        """Patches and the class token."""
        return (self.side // self.patch) ** 2 + 1


@dataclass(frozen=True)
class TextPlan:
    vocabulary: int = 49_408
    width: int = 512
    layers: int = 12
    heads: int = 8
    max_length: int = 77


@dataclass(frozen=True)
class CheXzeroPlan:
    image: ImagePlan = field(default_factory=ImagePlan)
    text: TextPlan = field(default_factory=TextPlan)
    dims: int = 512
    canvas: int = 320
    """Side in pixels of the square that films are kept as; the tower's own is made from it inside the graph."""


class Attention(nn.Module):
    """The keys of `torch.nn.MultiheadAttention`."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.zeros(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)

    def forward(self, rows: Tensor, hide: Tensor | None) -> Tensor:
        query, key, value = F.linear(rows, self.in_proj_weight, self.in_proj_bias).chunk(3, -1)
        return self.out_proj(attend(query, key, value, self.heads, hide))


class Block(nn.Module):
    """Norms stand before what they norm for; the MLP's curve is x · σ(1.702 x)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attn = Attention(width, heads)
        self.ln_1 = nn.LayerNorm(width, eps=EPS)
        self.mlp = nn.ModuleDict({"c_fc": nn.Linear(width, 4 * width), "c_proj": nn.Linear(4 * width, width)})
        self.ln_2 = nn.LayerNorm(width, eps=EPS)

    def forward(self, rows: Tensor, hide: Tensor | None = None) -> Tensor:
        rows = rows + self.attn(self.ln_1(rows), hide)
        inner = self.mlp["c_fc"](self.ln_2(rows))
        return rows + self.mlp["c_proj"](inner * torch.sigmoid(1.702 * inner))


def blocks(width: int, heads: int, layers: int) -> nn.ModuleDict:
    return nn.ModuleDict({"resblocks": nn.ModuleList(Block(width, heads) for _ in range(layers))})


class Visual(nn.Module):
    """float32[rows, 3, side, side] -> float32[rows, dims], of any length."""

    def __init__(self, plan: CheXzeroPlan) -> None:
        super().__init__()
        image = plan.image
        self.conv1 = nn.Conv2d(3, image.width, image.patch, image.patch, bias=False)
        self.class_embedding = nn.Parameter(torch.zeros(image.width))
        self.positional_embedding = nn.Parameter(torch.zeros(image.tokens, image.width))
        self.ln_pre = nn.LayerNorm(image.width, eps=EPS)
        self.transformer = blocks(image.width, image.heads, image.layers)
        self.ln_post = nn.LayerNorm(image.width, eps=EPS)
        self.proj = nn.Parameter(torch.zeros(image.width, plan.dims))

    def forward(self, images: Tensor) -> Tensor:
        return self.class_row(images) @ self.proj

    def class_row(self, images: Tensor) -> Tensor:
        """float32[rows, width], before the projection."""
        patches = self.conv1(images).flatten(2).transpose(1, 2)
        first = self.class_embedding.expand(len(patches), 1, -1)
        rows = self.ln_pre(torch.cat([first, patches], 1) + self.positional_embedding)
        for block in self.transformer["resblocks"]:
            rows = block(rows)
        return self.ln_post(rows[:, 0])


class Clip(nn.Module):
    """The text tower's keys lie at the top, as in OpenAI's code."""

    def __init__(self, plan: CheXzeroPlan) -> None:
        super().__init__()
        self.plan = plan
        text = plan.text
        self.visual = Visual(plan)
        self.transformer = blocks(text.width, text.heads, text.layers)
        self.token_embedding = nn.Embedding(text.vocabulary, text.width)
        self.positional_embedding = nn.Parameter(torch.zeros(text.max_length, text.width))
        self.ln_final = nn.LayerNorm(text.width, eps=EPS)
        self.text_projection = nn.Parameter(torch.zeros(text.width, plan.dims))
        self.logit_scale = nn.Parameter(torch.zeros(()))
        """Trained, and not used by CheXzero's zero-shot code."""

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Texts, int64[rows, length] -> float32[rows, dims], of any length. The mask says where the end is."""
        return self.end_row(input_ids, attention_mask) @ self.text_projection

    def end_row(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """float32[rows, width] of the last token, which alone has seen the whole text; what stands behind it is never seen."""
        length = input_ids.shape[1]
        rows = self.token_embedding(input_ids) + self.positional_embedding[:length]
        places = torch.arange(length)
        hide = torch.where(places[None] > places[:, None], torch.finfo(rows.dtype).min, 0.0)
        for block in self.transformer["resblocks"]:
            rows = block(rows, hide)
        ends = (attention_mask.sum(1) - 1)[:, None, None].expand(-1, 1, rows.shape[2])
        return self.ln_final(rows.gather(1, ends)[:, 0])


class FilmTower(nn.Module):
    """float32[rows, 3, canvas, canvas], normalised -> float32[rows, dims].

    The released code normalises first and makes the tensor smaller then, bicubic without antialiasing (torchvision 0.11).
    """

    def __init__(self, network: Clip) -> None:
        super().__init__()
        self.visual = network.visual
        self.side = network.plan.image.side

    def forward(self, images: Tensor) -> Tensor:
        return self.visual(self.shrunk(images))

    def shrunk(self, images: Tensor) -> Tensor:
        return F.interpolate(images, (self.side, self.side), mode="bicubic", align_corners=False, antialias=False)
