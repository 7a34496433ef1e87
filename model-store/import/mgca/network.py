"""MGCA's two towers with the key names of the released checkpoints (`mgca/models` at 680fe4a)."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from importing.networks.bert import Bert, BertPlan, PlacelessEmbeddings
from importing.networks.resnet import ResNet, ResNetPlan, global_mean

from .vit import Vit, VitPlan

VIT, RESNET = "vit", "resnet"
TOWERS = (VIT, RESNET)


def first_layers() -> BertPlan:
    """Bio_ClinicalBERT cut to six layers, in BLIP's statement, which has no token types."""
    return BertPlan(layers=6, token_types=0)


@dataclass(frozen=True)
class MgcaPlan:
    vit: VitPlan = field(default_factory=VitPlan)
    resnet: ResNetPlan = field(default_factory=ResNetPlan)
    bert: BertPlan = field(default_factory=first_layers)
    dims: int = 128
    hidden: int = 2048
    """Between the two layers of a head."""
    side: int = 224
    upsample: int = 299
    """Inside the ResNet tower, bilinear with corners aligned: 19 × 19 cells."""
    prototypes: int = 500
    max_tokens: int = 112
    temp_global: float = 0.07
    temp_attention: float = 0.1
    temp_prototypes: float = 0.2


class Head(nn.Module):
    """float32[rows, from_dims] -> [rows, dims] (`is_local` false), or the same of [rows, from_dims, places]; not of unit length."""

    def __init__(self, from_dims: int, plan: MgcaPlan, is_local: bool) -> None:
        super().__init__()

        def linear(a: int, b: int) -> nn.Module:
            return nn.Conv1d(a, b, 1) if is_local else nn.Linear(a, b)

        self.head = nn.Sequential(
            linear(from_dims, plan.hidden), nn.BatchNorm1d(plan.hidden), nn.ReLU(), linear(plan.hidden, plan.dims),
            nn.BatchNorm1d(plan.dims, affine=False),
        )

    def forward(self, values: Tensor) -> Tensor:
        return self.head(values)


class VitTower(nn.Module):
    """float32[rows, 3, side, side] -> global [rows, dims], local [rows, dims, h, w]; neither of unit length."""

    def __init__(self, plan: MgcaPlan) -> None:
        super().__init__()
        self.cells = plan.vit.cells
        self.model = Vit(plan.vit)
        self.global_embed = Head(plan.vit.width, plan, is_local=False)
        self.local_embed = Head(plan.vit.width, plan, is_local=True)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        rows = self.model(images)
        local = self.local_embed(rows[:, 1:].transpose(1, 2))
        return self.global_embed(rows[:, 0]), local.unflatten(2, (self.cells, self.cells))


class ResNetTower(nn.Module):
    """As `VitTower`, of films that were enlarged before."""

    def __init__(self, plan: MgcaPlan) -> None:
        super().__init__()
        self.model = ResNet(plan.resnet)
        self.global_embed = Head(plan.resnet.channels(4), plan, is_local=False)
        self.local_embed = Head(plan.resnet.channels(3), plan, is_local=True)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        third, fourth = self.model(images)
        local = self.local_embed(third.flatten(2)).unflatten(2, (third.shape[2], third.shape[3]))
        return self.global_embed(global_mean(fourth)), local


class TextTower(nn.Module):
    """input_ids and attention_mask int64[rows, length] -> the last layer, float32[rows, length, width], and what CLS sees of each.

    The released `BertEncoder` hands its token types, all zero, to a `BertModel` whose third argument is the positions. Training
    ran so too, and so the weights ask for it in both modes.

    The second, float32[rows, length], adds up to 1: the last layer's attention, the mean over its heads.
    """

    def __init__(self, plan: MgcaPlan) -> None:
        super().__init__()
        self.model = Bert(plan.bert)
        self.model.embeddings = PlacelessEmbeddings(plan.bert)
        self.global_embed = Head(plan.bert.width, plan, is_local=False)
        self.local_embed = Head(plan.bert.width, plan, is_local=True)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        states = self.model(input_ids, attention_mask)
        return states[-1], self._seen_by_cls(states[-2], attention_mask)

    def _seen_by_cls(self, before: Tensor, attention_mask: Tensor) -> Tensor:
        part = self.model.encoder["layer"][-1].attention
        query = part.self["query"](before[:, :1]).unflatten(2, (part.heads, -1)).transpose(1, 2)
        key = part.self["key"](before).unflatten(2, (part.heads, -1)).transpose(1, 2)
        hide = (1 - attention_mask[:, None, None, :].to(before.dtype)) * torch.finfo(before.dtype).min
        scores = query @ key.transpose(2, 3) * query.shape[-1] ** -0.5 + hide
        return scores.softmax(-1)[:, :, 0].mean(1)


class TextHeads(nn.Module):
    """pooled float32[rows, width] and words [rows, slots, width] -> global [rows, dims], local [rows, slots, dims]."""

    def __init__(self, tower: TextTower) -> None:
        super().__init__()
        self.global_embed = tower.global_embed
        self.local_embed = tower.local_embed

    def forward(self, pooled: Tensor, words: Tensor) -> tuple[Tensor, Tensor]:
        return self.global_embed(pooled), self.local_embed(words.transpose(1, 2)).transpose(1, 2)


class Mgca(nn.Module):
    def __init__(self, plan: MgcaPlan, tower: str) -> None:
        super().__init__()
        self.plan = plan
        self.tower = tower
        self.img_encoder_q = {VIT: VitTower, RESNET: ResNetTower}[tower](plan)
        self.text_encoder_q = TextTower(plan)
        self.prototype_layer = nn.Linear(plan.dims, plan.prototypes, bias=False)

    @property
    def prototypes(self) -> Tensor:
        """float32[count, dims] of unit length, which training makes them before each use."""
        return F.normalize(self.prototype_layer.weight.detach(), dim=1)
