"""Networks small enough for tests, with every connection of the full ones."""

from __future__ import annotations

from importing.networks.bert import BertPlan
from importing.networks.resnet import ResNetPlan

from ..network import Medclip, MedclipPlan
from ..seeded import random_medclip
from ..swin import SwinPlan

# Windows of 4 in stages of 16, 8 and 4 cells: shifted twice, and a last stage of one window.
SMALL = MedclipPlan(
    resnet=ResNetPlan(blocks=(1, 1, 2, 1), width=4),
    swin=SwinPlan(side=64, patch=4, window=4, width=8, depths=(2, 2, 2), heads=(2, 2, 4)),
    bert=BertPlan(vocabulary=200, width=24, layers=4, heads=2, inner=48, positions=77),
    dims=16, side=64,
)


def small_medclip(tower: str, seed: int = 0) -> Medclip:
    return random_medclip(SMALL, tower, seed)
