"""BioViL with random weights that behave, and its two files as they are released."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from importing import films
from importing.image_graph import ImageGraph
from importing.preparing import pixels as film_pixels
from importing.seeded import centre, draw_weights, take_statistics

from .manifest import biovil_sections, pixels
from .network import Biovil, BiovilPlan

FILMS, TEXTS, LENGTH = 4, 16, 12
CLASSES = 1000
BRANCH = 0.3
"""Gain of a bottleneck beside its shortcut, about that of trained ones: else 16 of them make much of the last digit of a float."""


@torch.no_grad()
def random_biovil(plan: BiovilPlan, seed: int) -> Biovil:
    network = Biovil(plan).eval()
    draw_weights(network, seed)
    for name, part in network.image.named_modules():
        if name.endswith("bn3"):
            part.weight.mul_(BRANCH)
    graph = ImageGraph(network.image, pixels(plan))
    steps = biovil_sections(plan)["image"]["steps"]
    drawn = np.stack([film_pixels(films.draw(seed + at, 256 + 9 * at, 300 - 7 * at), steps) for at in range(FILMS)])
    images = graph.prepared(torch.from_numpy(drawn))
    take_statistics(network.image, lambda: network.image(images))
    centre(network.image.projector["model"][3], network.image(images)[0])
    ids = torch.randint(4, plan.bert.vocabulary, (TEXTS, LENGTH), generator=torch.Generator().manual_seed(seed))
    centre(network.text.cls_projection_head.dense_to_output, network.text(ids, torch.ones_like(ids)))
    return network


def image_state(network: Biovil) -> dict[str, Tensor]:
    """Keys of the released file, with what no forward pass of one film reads."""
    plan = network.plan
    unused = {
        "encoder.encoder.fc.weight": torch.zeros(CLASSES, plan.resnet.channels(4)), "encoder.encoder.fc.bias": torch.zeros(CLASSES),
    }
    if plan.still:
        unused |= {
            "encoder.vit_pooler.type_embed": torch.zeros(2, 1, plan.still),
            "encoder.vit_pooler.blocks.0.attn.proj_q.weight": torch.zeros(plan.still, plan.still),
        }
    return {**network.image.state_dict(), **unused}


def text_state(network: Biovil) -> dict[str, Tensor]:
    bert = network.plan.bert
    unused = {
        "bert.embeddings.position_ids": torch.arange(bert.positions)[None],
        "cls.predictions.bias": torch.zeros(bert.vocabulary),
        "cls.predictions.decoder.weight": network.text.bert.embeddings.word_embeddings.weight.detach(),
    }
    return {**network.text.state_dict(), **unused}
