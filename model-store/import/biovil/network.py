"""BioViL's and BioViL-T's towers with the key names of the released files (`health_multimodal` of hi-ml at b67c1d2)."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from importing.networks.bert import Bert, BertPlan
from importing.networks.resnet import ResNet, ResNetPlan

HEAD_EPS = 1e-12


@dataclass(frozen=True)
class BiovilPlan:
    resnet: ResNetPlan = field(default_factory=ResNetPlan)
    bert: BertPlan = field(default_factory=lambda: BertPlan(vocabulary=30_522))
    dims: int = 128
    still: int = 256
    """Channels of a film's own map beside which BioViL-T has as many of what changed since a prior film; 0: BioViL."""
    canvas: int = 512
    """The shorter side, of which the middle is read."""
    side: int = 448


class Trunk(nn.Module):
    """float32[rows, 3, side, side] -> float32[rows, channels, h, w].

    Without a prior film BioViL-T's transformer is not called: a learnt vector stands in every cell for what changed.
    """

    def __init__(self, plan: BiovilPlan) -> None:
        super().__init__()
        self.has_changes = plan.still > 0
        self.encoder = ResNet(plan.resnet)
        if self.has_changes:
            self.backbone_to_vit = nn.Conv2d(plan.resnet.channels(4), plan.still, 1, bias=False)
            self.missing_previous_emb = nn.Parameter(torch.zeros(1, plan.still, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        maps = self.encoder(images)[1]
        if not self.has_changes:
            return maps
        still = self.backbone_to_vit(maps)
        return torch.cat([still, self.missing_previous_emb.expand_as(still)], dim=1)


class ImageModel(nn.Module):
    """float32[rows, 3, side, side] -> global [rows, dims], the mean of the cells, and local [rows, dims, h, w]; neither of unit length."""

    def __init__(self, plan: BiovilPlan) -> None:
        super().__init__()
        channels = 2 * plan.still or plan.resnet.channels(4)
        self.encoder = Trunk(plan)
        first, last = nn.Conv2d(channels, plan.dims, 1, bias=False), nn.Conv2d(plan.dims, plan.dims, 1)
        self.projector = nn.ModuleDict({"model": nn.Sequential(first, nn.BatchNorm2d(plan.dims), nn.ReLU(), last)})

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        cells = self.projector["model"](self.encoder(images))
        return cells.mean((2, 3)), cells


class ProjectionHead(nn.Module):
    def __init__(self, plan: BiovilPlan) -> None:
        super().__init__()
        self.dense_to_hidden = nn.Linear(plan.bert.width, plan.dims)
        self.LayerNorm = nn.LayerNorm(plan.dims, eps=HEAD_EPS)
        self.dense_to_output = nn.Linear(plan.dims, plan.dims)

    def forward(self, first: Tensor) -> Tensor:
        return self.dense_to_output(self.LayerNorm(F.gelu(self.dense_to_hidden(first))))


class TextModel(nn.Module):
    """CXR-BERT: input_ids and attention_mask int64[rows, length] -> float32[rows, dims] of the first token, not of unit length."""

    def __init__(self, plan: BiovilPlan) -> None:
        super().__init__()
        self.bert = Bert(plan.bert)
        self.cls_projection_head = ProjectionHead(plan)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.cls_projection_head(self.bert(input_ids, attention_mask)[-1][:, 0])


class Biovil(nn.Module):
    def __init__(self, plan: BiovilPlan) -> None:
        super().__init__()
        self.plan = plan
        self.image = ImageModel(plan)
        self.text = TextModel(plan)
