"""CheXzero with random weights that behave, its checkpoint as CLIP's code saves it, and merges of some words."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from importing import films
from importing.clip_bpe import END_OF_WORD, byte_characters
from importing.image_graph import ImageGraph
from importing.preparing import pixels as film_pixels
from importing.seeded import centre, draw_weights

from .manifest import LABELS, chexzero_sections, pixels
from .network import CheXzeroPlan, Clip, FilmTower

FILMS, TEXTS = 8, 16


@torch.no_grad()
def random_chexzero(plan: CheXzeroPlan, seed: int) -> Clip:
    network = Clip(plan).eval()
    draw_weights(network, seed)
    tower = FilmTower(network)
    steps = chexzero_sections(plan)["image"]["steps"]
    drawn = np.stack([film_pixels(films.draw(seed + at, 256 + 9 * at, 300 - 7 * at), steps) for at in range(FILMS)])
    images = ImageGraph(tower, pixels(plan)).prepared(torch.from_numpy(drawn))
    centre(network.visual.ln_post, network.visual.class_row(tower.shrunk(images)))
    ids = torch.randint(0, plan.text.vocabulary, (TEXTS, 9), generator=torch.Generator().manual_seed(seed))
    centre(network.ln_final, network.end_row(ids, torch.ones_like(ids)))
    return network


def as_state(network: Clip, is_half: bool = False) -> dict[str, Tensor]:
    """Keys of the released files. `is_half`: as OpenAI's own files are, with the sizes that those say."""
    state = network.state_dict()
    if not is_half:
        return state
    plan = network.plan
    sizes = {"input_resolution": plan.image.side, "context_length": plan.text.max_length, "vocab_size": plan.text.vocabulary}
    return {**{key: value.half() for key, value in state.items()}, **{key: torch.tensor(size) for key, size in sizes.items()}}


def write_merges(path: Path, rows: int) -> Path:
    """A vocabulary of as many rows: words of the labels are spelled in fewer pieces, the other merges never apply."""
    merges: dict[tuple[str, str], None] = {}
    for word in dict.fromkeys(" ".join(LABELS).lower().split()):
        spelled = [*word[:-1], word[-1] + END_OF_WORD]
        while len(spelled) > 1:
            merges.setdefault((spelled[0], spelled[1]))
            spelled[:2] = ["".join(spelled[:2])]
    # Pairs of bytes that are no UTF-8: both can stand at no place of a text.
    unheard = [letter for letter in byte_characters() if "\xf5" <= letter <= "\xff"]
    known = unheard
    while len(merges) < rows:
        known = [a + b for a in unheard for b in known]
        merges.update(dict.fromkeys((pair[0], pair[1:]) for pair in known))
    lines = ["#version: 0.2", *(" ".join(pair) for pair in list(merges)[: rows - 514])]
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
    return path
