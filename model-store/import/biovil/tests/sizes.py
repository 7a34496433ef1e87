"""Networks small enough for tests, with every connection of the full ones."""

from __future__ import annotations

from importing.networks.bert import BertPlan
from importing.networks.resnet import ResNetPlan

from ..network import Biovil, BiovilPlan
from ..seeded import random_biovil


def small_plan(variant: str) -> BiovilPlan:
    bert = BertPlan(vocabulary=200, width=24, layers=3, heads=2, inner=48, positions=64)
    is_temporal = variant == "biovil-t"
    return BiovilPlan(
        resnet=ResNetPlan(blocks=(1, 1, 2, 1), width=4), bert=bert, dims=20, still=24 if is_temporal else 0, canvas=110, side=96,
    )


def small_biovil(variant: str, seed: int = 0) -> Biovil:
    return random_biovil(small_plan(variant), seed)
