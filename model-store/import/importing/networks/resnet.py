"""ResNet (He K. et al., arXiv 1512.03385) with torchvision's key names; the stride of a bottleneck is at its 3×3 (version 1.5).

Gives maps and not classes: what a tower reads is the third or the fourth stage.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class ResNetPlan:
    blocks: tuple[int, int, int, int] = (3, 4, 6, 3)
    width: int = 64
    """Channels of the stem; stage i has width · 2^i, times four behind a bottleneck."""
    is_bottleneck: bool = True

    @property
    def expansion(self) -> int:
        return 4 if self.is_bottleneck else 1

    def channels(self, stage: int) -> int:
        """Of the maps that stage 1 to 4 gives."""
        return self.width * 2 ** (stage - 1) * self.expansion


RESNET_50 = ResNetPlan()
RESNET_18 = ResNetPlan(blocks=(2, 2, 2, 2), is_bottleneck=False)


class BasicBlock(nn.Module):
    def __init__(self, from_channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(from_channels, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = _shortcut(from_channels, width, stride)

    def forward(self, maps: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(maps)))
        out = self.bn2(self.conv2(out))
        return F.relu(out + (maps if self.downsample is None else self.downsample(maps)))


class Bottleneck(nn.Module):
    def __init__(self, from_channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(from_channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.downsample = _shortcut(from_channels, 4 * width, stride)

    def forward(self, maps: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(maps)))
        out = F.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return F.relu(out + (maps if self.downsample is None else self.downsample(maps)))


class ResNet(nn.Module):
    """float32[n, 3, height, width] -> maps of stages 3 and 4: float32[n, channels(3), h, w], float32[n, channels(4), h/2, w/2].

    `fc`: a last linear layer that some checkpoints hold (MedCLIP's projection); it is not called here.
    """

    def __init__(self, plan: ResNetPlan = RESNET_50, fc: nn.Linear | None = None) -> None:
        super().__init__()
        self.plan = plan
        self.conv1 = nn.Conv2d(3, plan.width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(plan.width)
        for stage, count in enumerate(plan.blocks, 1):
            setattr(self, f"layer{stage}", _stage(plan, stage, count))
        if fc is not None:
            self.fc = fc

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        maps = F.max_pool2d(F.relu(self.bn1(self.conv1(images))), 3, 2, 1)
        third = self.layer3(self.layer2(self.layer1(maps)))
        return third, self.layer4(third)


def _shortcut(from_channels: int, to_channels: int, stride: int) -> nn.Sequential | None:
    if stride == 1 and from_channels == to_channels:
        return None
    return nn.Sequential(nn.Conv2d(from_channels, to_channels, 1, stride, bias=False), nn.BatchNorm2d(to_channels))


def _stage(plan: ResNetPlan, stage: int, count: int) -> nn.Sequential:
    block = Bottleneck if plan.is_bottleneck else BasicBlock
    width = plan.width * 2 ** (stage - 1)
    before = plan.width if stage == 1 else plan.channels(stage - 1)
    first = block(before, width, 1 if stage == 1 else 2)
    return nn.Sequential(first, *(block(plan.channels(stage), width, 1) for _ in range(count - 1)))


def global_mean(maps: Tensor) -> Tensor:
    """float32[n, c, h, w] -> float32[n, c]."""
    return torch.flatten(F.adaptive_avg_pool2d(maps, 1), 1)
