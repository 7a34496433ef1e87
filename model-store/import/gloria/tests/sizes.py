"""A network small enough for tests, with every connection of the full one."""

from __future__ import annotations

from importing.networks.bert import BertPlan
from importing.networks.resnet import ResNetPlan

from ..network import Gloria, GloriaPlan
from ..seeded import random_gloria

SMALL = GloriaPlan(
    resnet=ResNetPlan(blocks=(1, 1, 2, 1), width=4),
    bert=BertPlan(vocabulary=200, width=24, layers=5, heads=2, inner=48, positions=97),
    side=64, upsample=85,
)


def small_gloria(seed: int = 0) -> Gloria:
    return random_gloria(SMALL, seed)
