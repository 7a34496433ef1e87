"""Networks small enough for tests, with every connection of the full ones."""

from __future__ import annotations

from dataclasses import replace

from importing.networks.resnet import ResNetPlan

from ..network import Convirt, ConvirtPlan
from ..seeded import random_convirt
from ..variants import VARIANTS


def small_plan(name: str) -> ConvirtPlan:
    plan = VARIANTS[name].plan
    bert = replace(plan.bert, vocabulary=200, width=24, layers=3, heads=2, inner=48, positions=64)
    # Another width each, so that no two layers could be mixed up.
    return replace(
        plan, bert=bert, resnet=ResNetPlan(blocks=(1, 1, 2, 1), width=4), image_hidden=40, text_hidden=28, dims=20, side=64,
        upsample=85 if plan.upsample else 0, max_length=64,
    )


def small_convirt(name: str, seed: int = 0) -> Convirt:
    return random_convirt(VARIANTS[name], small_plan(name), seed)
