"""BiomedCLIP with random weights that behave, and its checkpoint as open_clip saves it."""

from __future__ import annotations

import math
import string

import numpy as np
import torch
from torch import Tensor

from importing import films
from importing.image_graph import ImageGraph
from importing.preparing import pixels as film_pixels
from importing.seeded import centre, draw_weights

from .manifest import biomedclip_sections, pixels, prompts
from .network import BiomedClip, BiomedClipPlan

FILMS, TEXTS = 8, 16
SCALE = 85.0
"""Of a cosine: what CLIP's are near to after training."""


@torch.no_grad()
def random_biomedclip(plan: BiomedClipPlan, seed: int) -> BiomedClip:
    network = BiomedClip(plan).eval()
    draw_weights(network, seed)
    network.logit_scale.fill_(math.log(SCALE))
    steps = biomedclip_sections(plan, SCALE)["image"]["steps"]
    drawn = np.stack([film_pixels(films.draw(seed + at, 256 + 9 * at, 300 - 7 * at), steps) for at in range(FILMS)])
    images = ImageGraph(network.visual, pixels(plan)).prepared(torch.from_numpy(drawn))
    centre(network.visual.trunk.norm, network.visual.trunk(images))
    ids = torch.randint(4, plan.bert.vocabulary, (TEXTS, 9), generator=torch.Generator().manual_seed(seed))
    bert = network.text.transformer
    centre(bert.encoder["layer"][-1].output.LayerNorm, bert(ids, torch.ones_like(ids))[-1][:, 0])
    return network


def as_state(network: BiomedClip) -> dict[str, Tensor]:
    """Keys of the released file, with the buffer that transformers kept there then."""
    return {**network.state_dict(), "text.transformer.embeddings.position_ids": torch.arange(network.plan.bert.positions)[None]}


def pieces(size: int) -> list[str]:
    """A vocabulary that knows some words, can spell the rest, and is filled up with pieces that stand for nothing."""
    letters = string.ascii_lowercase + string.digits + "-.,"
    words = [word for texts in prompts().values() for text in texts for word in text.replace("-", " ").split()]
    made = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{letter}" for letter in letters), *words]
    made = list(dict.fromkeys(made))[:size]
    return [*made, *(f"[unused{at}]" for at in range(size - len(made)))]
