"""MedCLIP with random weights that behave, and its checkpoint as it was released."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from importing import films
from importing.image_graph import ImageGraph
from importing.preparing import pixels as film_pixels
from importing.seeded import draw_weights, take_statistics

from .manifest import BICUBIC, image_section, pixels
from .network import SWIN, Medclip, MedclipPlan
from .swin import position_index

FILMS = 8
LOG_SCALE = 2.9
"""Not what training began with."""


@torch.no_grad()
def random_medclip(plan: MedclipPlan, tower: str, seed: int) -> Medclip:
    network = Medclip(plan, tower).eval()
    draw_weights(network, seed)
    network.logit_scale.fill_(LOG_SCALE)
    graph = ImageGraph(network.vision_model, pixels(plan))
    steps = image_section(plan, BICUBIC)["steps"]
    drawn = np.stack([film_pixels(films.draw(seed + at, 256 + 9 * at, 300 - 7 * at), steps) for at in range(FILMS)])
    images = graph.prepared(torch.from_numpy(drawn))
    take_statistics(network.vision_model, lambda: network.vision_model(images))
    apart(network.vision_model.projection_head if tower == SWIN else network.vision_model.model.fc, network.vision_model(images))
    return network


@torch.no_grad()
def apart(head: torch.nn.Linear, outputs: Tensor) -> None:
    """Takes the mean direction of the outputs, float32[n, dims], out of a head that has no bias: films then differ."""
    mean = outputs.mean(0) / outputs.mean(0).norm()
    head.weight.sub_(torch.outer(mean, mean @ head.weight))


def as_state(network: Medclip, tower: str) -> dict[str, Tensor]:
    """Keys of the released file, with what no forward pass reads."""
    plan = network.plan
    bert = plan.bert
    unused = {
        "text_model.model.embeddings.position_ids": torch.arange(bert.positions)[None],
        "text_model.model.pooler.dense.weight": torch.zeros(bert.width, bert.width),
        "text_model.model.pooler.dense.bias": torch.zeros(bert.width),
    }
    if tower == SWIN:
        index = position_index(plan.swin.window)
        for stage, depth in enumerate(plan.swin.depths):
            place = "vision_model.model.encoder.layers.{}.blocks.{}.attention.self.relative_position_index"
            unused |= {place.format(stage, block): index for block in range(depth)}
    return {**network.state_dict(), **unused}
