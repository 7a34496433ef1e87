"""Every channel of the latents brought to a spread of one, inside the convolutions that make and take them."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .autoencoder import LATENTS, Autoencoder


def channel_spread(model: Autoencoder, films: np.ndarray, work: Path) -> Tensor:
    """Standard deviation of each channel over films [LATENTS]; kept on disk."""
    path = work / "spread.json"
    if not path.exists():
        with torch.no_grad():
            parts = [model.encoder(torch.from_numpy(films[at : at + 16])[:, None].float() / 127.5 - 1)[:, :LATENTS] for at in range(0, len(films), 16)]
        path.write_text(json.dumps(torch.cat(parts).std((0, 2, 3)).tolist()))
    return torch.tensor(json.loads(path.read_text()))


@torch.no_grad()
def with_even_latents(model: Autoencoder, spread: Tensor) -> Autoencoder:
    """A copy that says the same in other units. Nothing is shifted: the decoder pads with zeros, which must stay zeros."""
    model = copy.deepcopy(model)
    last, first = model.encoder.body[-1], model.decoder.body[0]
    last.weight[:LATENTS] /= spread[:, None, None, None]
    last.bias[:LATENTS] /= spread
    last.bias[LATENTS:] -= 2 * spread.log()
    first.weight *= spread[None, :, None, None]
    return model
