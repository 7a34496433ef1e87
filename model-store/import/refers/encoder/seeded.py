"""REFERS's image tower with random weights that behave, and its checkpoint as published and as fine-tuned."""

from __future__ import annotations

import torch
from torch import Tensor

from importing.seeded import draw_weights

from ..network import VisionTransformer
from .plan import EncoderPlan

TOKEN = 0.5
"""Deviation of the class token and the positions."""


@torch.no_grad()
def random_encoder(plan: EncoderPlan, seed: int) -> VisionTransformer:
    network = VisionTransformer(plan.whole).eval()
    draw_weights(network, seed)
    embeddings = network.transformer["embeddings"]
    generator = torch.Generator().manual_seed(seed)
    for value in (embeddings.cls_token, embeddings.position_embeddings):
        value.copy_(TOKEN * torch.randn(value.shape, generator=generator))
    return network


def as_state(network: VisionTransformer, classes: int = 0) -> dict[str, Tensor]:
    """`classes`: of a fine-tuned tower's head; 0: there is none."""
    width = network.transformer["embeddings"].cls_token.shape[2]
    head = {"head.weight": torch.zeros(classes, width), "head.bias": torch.zeros(classes)} if classes else {}
    return {**network.state_dict(), **head}
