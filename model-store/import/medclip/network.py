"""MedCLIP's towers with the key names of the released checkpoints (`medclip/modeling_medclip.py` at 9c3396f)."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from importing.networks.bert import Bert, BertPlan
from importing.networks.resnet import ResNet, ResNetPlan, global_mean

from .swin import Swin, SwinPlan

RESNET, SWIN = "resnet", "swin"
TOWERS = (RESNET, SWIN)

READ_LAYERS = (1, 2, -1)
"""Hidden states whose mean is a token's row: of the first, the second and the last layer."""

GREATEST_LOG_SCALE = 4.6052
"""The released code clamps the logarithm of the scale to 0 and this."""


@dataclass(frozen=True)
class MedclipPlan:
    resnet: ResNetPlan = field(default_factory=ResNetPlan)
    swin: SwinPlan = field(default_factory=SwinPlan)
    bert: BertPlan = field(default_factory=BertPlan)
    dims: int = 512
    side: int = 224
    max_tokens: int = 77


class ResNetTower(nn.Module):
    """float32[rows, 3, side, side] -> float32[rows, dims], of any length. The projection is torchvision's `fc`."""

    def __init__(self, plan: MedclipPlan) -> None:
        super().__init__()
        self.model = ResNet(plan.resnet, fc=nn.Linear(plan.resnet.channels(4), plan.dims, bias=False))

    def forward(self, images: Tensor) -> Tensor:
        return self.model.fc(global_mean(self.model(images)[1]))


class SwinTower(nn.Module):
    """As `ResNetTower`; the released code calls it ViT."""

    def __init__(self, plan: MedclipPlan) -> None:
        super().__init__()
        self.model = Swin(plan.swin)
        self.projection_head = nn.Linear(plan.swin.out_width, plan.dims, bias=False)

    def forward(self, images: Tensor) -> Tensor:
        return self.projection_head(self.model(images))


class TextTower(nn.Module):
    """input_ids and attention_mask int64[rows, length] -> a row a token, padding included: float32[rows, length, width]."""

    def __init__(self, plan: MedclipPlan) -> None:
        super().__init__()
        self.model = Bert(plan.bert)
        self.projection_head = nn.Linear(plan.bert.width, plan.dims, bias=False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        states = self.model(input_ids, attention_mask)
        return torch.stack([states[layer] for layer in READ_LAYERS]).mean(0)


class MeanWithoutPadding(nn.Module):
    """A text tower that pools over the text's own tokens, and so gives a vector that no other text moves.

    It is what the released code gives for a text by itself. float32[rows, dims], of any length.
    """

    def __init__(self, tower: TextTower) -> None:
        super().__init__()
        self.tower = tower

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        shares = attention_mask.float() / attention_mask.sum(1, keepdim=True)
        return self.tower.projection_head((self.tower(input_ids, attention_mask) * shares[:, :, None]).sum(1))


class Medclip(nn.Module):
    def __init__(self, plan: MedclipPlan, tower: str) -> None:
        super().__init__()
        self.plan = plan
        self.vision_model = {RESNET: ResNetTower, SWIN: SwinTower}[tower](plan)
        self.text_model = TextTower(plan)
        self.logit_scale = nn.Parameter(torch.tensor(1 / 0.07).log())

    @property
    def scale(self) -> float:
        """That a cosine is multiplied with."""
        return float(self.logit_scale.detach().double().clamp(0, GREATEST_LOG_SCALE).exp())
