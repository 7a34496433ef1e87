"""GLoRIA's two towers with the key names of the released checkpoint (`gloria/models` at 416466a)."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from importing.networks.bert import Bert, BertPlan
from importing.networks.resnet import ResNet, ResNetPlan, global_mean


@dataclass(frozen=True)
class GloriaPlan:
    resnet: ResNetPlan = field(default_factory=ResNetPlan)
    bert: BertPlan = field(default_factory=BertPlan)
    side: int = 224
    upsample: int = 299
    """Inside the network, bilinear with corners aligned: 19 × 19 cells."""
    summed_layers: int = 4
    slots: int = 97
    """Tokens that a text is padded to, and words that its mean is taken over."""
    temp_attention: float = 4.0
    temp_words: float = 5.0
    temp_score: float = 10.0


class ImageEncoder(nn.Module):
    """float32[rows, 3, height, width], enlarged before -> global [rows, dims], local [rows, dims, h, w]; neither of unit length."""

    def __init__(self, plan: GloriaPlan) -> None:
        super().__init__()
        dims = plan.bert.width
        self.model = ResNet(plan.resnet)
        self.global_embedder = nn.Linear(plan.resnet.channels(4), dims)
        self.local_embedder = nn.Conv2d(plan.resnet.channels(3), dims, 1, bias=False)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        third, fourth = self.model(images)
        return self.global_embedder(global_mean(fourth)), self.local_embedder(third)


class TextEncoder(nn.Module):
    """input_ids and attention_mask int64[rows, length] -> the last layers' sum, float32[rows, length, dims].

    Layers are summed before the pieces of a word are: both are sums, and so a quarter of the numbers leaves the graph.
    """

    def __init__(self, plan: GloriaPlan) -> None:
        super().__init__()
        self.summed_layers = plan.summed_layers
        self.model = Bert(plan.bert)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return torch.stack(self.model(input_ids, attention_mask)[-self.summed_layers :]).sum(0)


class Gloria(nn.Module):
    def __init__(self, plan: GloriaPlan) -> None:
        super().__init__()
        self.plan = plan
        self.img_encoder = ImageEncoder(plan)
        self.text_encoder = TextEncoder(plan)
