"""ConVIRT's two towers: a ResNet's mean and a BERT's sentence vector, each through a head of its own, compared by cosine."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from importing.networks.bert import Bert, BertPlan, PlacelessEmbeddings
from importing.networks.resnet import ResNet, ResNetPlan, global_mean

POOLER, MEAN, MAX, CLS = "pooler", "mean", "max", "cls"


@dataclass(frozen=True)
class ConvirtPlan:
    resnet: ResNetPlan = field(default_factory=ResNetPlan)
    bert: BertPlan = field(default_factory=BertPlan)
    image_hidden: int = 768
    text_hidden: int = 768
    dims: int = 768
    side: int = 224
    upsample: int = 0
    """Inside the network, bilinear with corners aligned; 0: the film stays as it is."""
    max_length: int = 512


class Head(nn.Sequential):
    """float32[rows, from_dims] -> float32[rows, dims]: one hidden layer; with batch norm as in MGCA's heads."""

    def __init__(self, from_dims: int, hidden: int, dims: int, has_norms: bool) -> None:
        first, last = nn.Linear(from_dims, hidden), nn.Linear(hidden, dims)
        if has_norms:
            super().__init__(first, nn.BatchNorm1d(hidden), nn.ReLU(), last, nn.BatchNorm1d(dims, affine=False))
        else:
            super().__init__(first, nn.ReLU(), last)

    @property
    def last(self) -> nn.Linear:
        return [part for part in self if isinstance(part, nn.Linear)][-1]


class ImageTower(nn.Module):
    """float32[rows, 3, height, width], enlarged before -> float32[rows, dims], not of unit length."""

    def __init__(self, plan: ConvirtPlan, has_norms: bool) -> None:
        super().__init__()
        self.trunk = ResNet(plan.resnet)
        self.head = Head(plan.resnet.channels(4), plan.image_hidden, plan.dims, has_norms)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(global_mean(self.trunk(images)[1]))


class TextTower(nn.Module):
    """input_ids and attention_mask int64[rows, length] -> float32[rows, dims], not of unit length."""

    def __init__(self, plan: ConvirtPlan, pool: str, has_norms: bool, is_placeless: bool) -> None:
        super().__init__()
        self.pool = pool
        self.trunk = Bert(plan.bert)
        if is_placeless:
            self.trunk.embeddings = PlacelessEmbeddings(plan.bert)
        self.head = Head(plan.bert.width, plan.text_hidden, plan.dims, has_norms)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.head(self._pooled(self.trunk(input_ids, attention_mask)[-1], attention_mask))

    def _pooled(self, rows: Tensor, attention_mask: Tensor) -> Tensor:
        mask = attention_mask.unsqueeze(2).to(rows.dtype)
        if self.pool == POOLER:
            return self.trunk.pooled(rows)
        if self.pool == MEAN:
            return (rows * mask).sum(1) / mask.sum(1)
        if self.pool == MAX:
            return rows.masked_fill(mask == 0, torch.finfo(rows.dtype).min).amax(1)
        return rows[:, 0]


class Convirt(nn.Module):
    def __init__(self, plan: ConvirtPlan, pool: str, has_norms: bool, is_placeless: bool = False) -> None:
        super().__init__()
        self.plan = plan
        self.image = ImageTower(plan, has_norms)
        self.text = TextTower(plan, pool, has_norms, is_placeless)

