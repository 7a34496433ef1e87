"""Networks small enough for tests, with every connection of the full ones."""

from __future__ import annotations

from importing.networks.bert import BertPlan
from importing.networks.resnet import ResNetPlan

from ..network import Mgca, MgcaPlan
from ..seeded import random_mgca
from ..vit import VitPlan

SMALL = MgcaPlan(
    vit=VitPlan(side=64, patch=16, width=24, layers=2, heads=2),
    resnet=ResNetPlan(blocks=(1, 1, 2, 1), width=4),
    bert=BertPlan(vocabulary=200, width=24, layers=3, heads=2, inner=48, positions=112, token_types=0),
    dims=16, hidden=32, side=64, upsample=85, prototypes=12,
)


def small_mgca(tower: str, seed: int = 0) -> Mgca:
    return random_mgca(SMALL, tower, seed)
