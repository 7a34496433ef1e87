"""A linear look at latents: gray in 0..1 from the channels of one cell, fitted to training films."""

from __future__ import annotations

import numpy as np
import torch

from .autoencoder import FACTOR, LATENTS
from .generation import Generator


@torch.no_grad()
def fit_preview(generator: Generator, films: np.ndarray) -> dict[str, object]:
    """Weights on scaled latents, and the bias, by least squares."""
    film = torch.from_numpy(films)[:, None].float() / 255
    latents = generator.autoencoder.encoder(film * 2 - 1)[:, :LATENTS] * generator.scale
    inputs = latents.permute(0, 2, 3, 1).reshape(-1, LATENTS).numpy()
    wanted = torch.nn.functional.avg_pool2d(film, FACTOR).flatten().numpy()
    solution = np.linalg.lstsq(np.c_[inputs, np.ones(len(inputs))], wanted, rcond=None)[0]
    return {"weights": [round(float(value), 5) for value in solution[:-1]], "bias": round(float(solution[-1]), 5)}
