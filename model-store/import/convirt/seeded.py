"""ConVIRTs with random weights that behave, and their checkpoints as each variant saves them."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from importing import films
from importing.image_graph import ImageGraph
from importing.preparing import pixels as film_pixels
from importing.seeded import centre, draw_weights, take_statistics

from .checkpoint import TRUNK_CHILDREN
from .manifest import convirt_sections, pixels
from .network import Convirt, ConvirtPlan
from .variants import Variant

FILMS, TEXTS, LENGTH = 8, 16, 12


@torch.no_grad()
def random_convirt(variant: Variant, plan: ConvirtPlan, seed: int) -> Convirt:
    network = variant.network(plan).eval()
    draw_weights(network, seed)
    graph = ImageGraph(network.image, pixels(variant, plan))
    steps = convirt_sections(variant, plan)["image"]["steps"]
    drawn = np.stack([film_pixels(films.draw(seed + at, 256 + 9 * at, 300 - 7 * at), steps) for at in range(FILMS)])
    images = graph.prepared(torch.from_numpy(drawn))
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(4, plan.bert.vocabulary, (TEXTS, LENGTH), generator=generator)
    for tower, given in ((network.image, (images,)), (network.text, (ids, torch.ones_like(ids)))):
        take_statistics(tower, lambda tower=tower, given=given: tower(*given))
        centre(tower.head.last, tower(*given) if not variant.has_norms else torch.zeros(1, plan.dims))
    return network


def as_state(network: Convirt, variant: Variant, is_numbered: bool = False) -> dict[str, Tensor]:
    """Keys of the variant's file; `is_numbered`: the trunk's children by number, as a `Sequential` has them."""
    state = {f"{path}.{key}": value for path, part in variant.places(network).items() for key, value in part.state_dict().items()}
    numbers = {f"{variant.trunk}.{name}.": f"{variant.trunk}.{at}." for at, name in enumerate(TRUNK_CHILDREN)}
    if is_numbered:
        for name, number in numbers.items():
            state = {key.replace(name, number, 1) if key.startswith(name) else key: value for key, value in state.items()}
    text = next(path for path, part in variant.places(network).items() if part is network.text.trunk)
    return {**state, f"{text}.embeddings.position_ids": torch.arange(network.plan.bert.positions)[None]}


def as_checkpoint(network: Convirt, variant: Variant) -> dict[str, object]:
    """As BenchX's trainer saves it; the others save the bare state or Lightning's, which are read alike."""
    return {"model": as_state(network, variant, is_numbered=variant.trunk == "res_features"), "epoch": 12, "training_scheduler": {}}
