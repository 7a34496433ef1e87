"""RAD-DINO with random weights that behave, and its files as Hugging Face keeps them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from importing import films
from importing.image_graph import ImageGraph
from importing.preparing import pixels as film_pixels
from importing.seeded import centre, draw_weights

from .manifest import pixels, rad_dino_sections
from .network import RadDino, RadDinoPlan
from .preprocessor import Preprocessor
from .reference import Tower

FILMS = 4
TOKEN = 0.5
"""Deviation of the class token and the positions."""

FACTOR = 1 / 255

MEAN, STD = (0.44, 0.5, 0.55), (0.21, 0.27, 0.24)
"""Nobody's, and another for each channel, so that a mixed-up one shows."""


@torch.no_grad()
def random_rad_dino(plan: RadDinoPlan, seed: int) -> RadDino:
    network = RadDino(plan).eval()
    draw_weights(network, seed)
    generator = torch.Generator().manual_seed(seed)
    for value in (network.embeddings.cls_token, network.embeddings.position_embeddings):
        value.copy_(TOKEN * torch.randn(value.shape, generator=generator))
    said = Preprocessor(plan.side, plan.side, FACTOR, MEAN, STD)
    steps = rad_dino_sections(said)["image"]["steps"]
    drawn = np.stack([film_pixels(films.draw(seed + at, 256 + 9 * at, 300 - 7 * at), steps) for at in range(FILMS)])
    images = ImageGraph(Tower(network), pixels(said)).prepared(torch.from_numpy(drawn))
    centre(network.layernorm, torch.cat([network(image[None])[:, 0] for image in images]))
    return network


def as_state(network: RadDino) -> dict[str, Tensor]:
    """Keys of the published file, with the token that stands for hidden patches."""
    return {**network.state_dict(), "embeddings.mask_token": torch.full((1, network.plan.width), 0.3)}


def preprocessor_config(side: int) -> dict[str, Any]:
    """As `BitImageProcessor` saves itself."""
    return {
        "crop_size": {"height": side, "width": side}, "do_center_crop": True, "do_convert_rgb": True, "do_normalize": True,
        "do_rescale": True, "do_resize": True, "image_mean": list(MEAN), "image_processor_type": "BitImageProcessor",
        "image_std": list(STD), "resample": 3, "rescale_factor": FACTOR, "size": {"shortest_edge": side},
    }
