"""A network small enough for tests, with every connection of the full one."""

from __future__ import annotations

import torch

from ..network import LViT
from ..plan import LVitPlan
from ..seeded import random_lvit

SMALL = LVitPlan(width=8, image_side=32, text_dims=12, heads=2)


def small_network(seed: int = 0) -> LViT:
    generator = torch.Generator().manual_seed(seed)
    films = torch.rand(2, 3, SMALL.image_side, SMALL.image_side, generator=generator)
    words = torch.randn(2, SMALL.words, SMALL.text_dims, generator=generator)
    return random_lvit(SMALL, seed, films, words)
