"""GLoRIA with random weights that behave, and its checkpoint as Lightning saves it."""

from __future__ import annotations

import string

import numpy as np
import torch
from torch import Tensor

from importing import films
from importing.image_graph import ImageGraph
from importing.preparing import pixels as film_pixels
from importing.seeded import centre, draw_weights, take_statistics

from .manifest import gloria_sections, pixels
from .network import Gloria, GloriaPlan
from .prompts import prompts
from .reference import FIXED

FILMS = 8
CELL_LENGTH = 3.0
"""Of a cell's product with a word: attention looks somewhere, and at more than one word."""


@torch.no_grad()
def random_gloria(plan: GloriaPlan, seed: int) -> Gloria:
    network = Gloria(plan).eval()
    draw_weights(network, seed)
    graph = ImageGraph(network.img_encoder, pixels(plan))
    steps = gloria_sections(plan, FIXED, {})["image"]["steps"]
    drawn = np.stack([film_pixels(films.draw(seed + at, 256 + 9 * at, 300 - 7 * at), steps) for at in range(FILMS)])
    images = graph.prepared(torch.from_numpy(drawn))
    take_statistics(network.img_encoder, lambda: network.img_encoder(images))
    vectors, cells = network.img_encoder(images)
    centre(network.img_encoder.global_embedder, vectors)
    words = network.text_encoder(torch.arange(4, 20)[None] % plan.bert.vocabulary, torch.ones(1, 16, dtype=torch.long))
    products = torch.einsum("ndhw,kd->nkhw", cells, words[0])
    network.img_encoder.local_embedder.weight.mul_(CELL_LENGTH / products.std())
    return network


def as_state(network: Gloria) -> dict[str, Tensor]:
    """Keys of the released file, with what no forward pass reads."""
    bert = network.plan.bert
    unused = {
        "text_encoder.model.embeddings.position_ids": torch.arange(bert.positions)[None],
        "text_encoder.model.pooler.dense.weight": torch.zeros(bert.width, bert.width),
        "text_encoder.model.pooler.dense.bias": torch.zeros(bert.width),
    }
    return {f"gloria.{key}": value for key, value in {**network.state_dict(), **unused}.items()}


def as_lightning(network: Gloria, hyper_parameters: object = None) -> dict[str, object]:
    """As the released training saves it, without the optimiser's own tensors."""
    return {
        "epoch": 13, "global_step": 50_000, "pytorch-lightning_version": "1.1.4", "state_dict": as_state(network),
        "optimizer_states": [], "lr_schedulers": [], "hparams_name": "cfg", "hyper_parameters": hyper_parameters,
    }


def pieces(size: int) -> list[str]:
    """A vocabulary that knows some words, can spell the rest, and is filled up with pieces that stand for nothing."""
    letters = string.ascii_lowercase + string.digits
    words = [word.strip(",.") for texts in prompts(False).values() for text in texts for word in text.split()]
    # Some words are left to be spelled, so that pieces are summed.
    known = [word for at, word in enumerate(dict.fromkeys(words)) if at % 3]
    made = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{letter}" for letter in letters), "##ing", "##s", "##al", *known]
    made = list(dict.fromkeys(made))[:size]
    return [*made, *(f"[unused{at}]" for at in range(size - len(made)))]
