"""Every film's latents, several times over with small changes of framing and exposure, kept on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from .autoencoder import LATENTS, Autoencoder

VERSIONS = 1


@dataclass(frozen=True)
class Latents:
    """Means and log variances float16 [versions, films, LATENTS, h, w]; version 0 is the film as it is. `scale` makes their spread 1."""

    mean: Tensor
    log_variance: Tensor
    scale: float

    def draw(self, rows: np.ndarray, draws: np.random.Generator) -> Tensor:
        """Drawn latents of films, scaled, float32."""
        version = torch.from_numpy(draws.integers(len(self.mean), size=len(rows)))
        mean, log_variance = (part[version, torch.from_numpy(rows)].float() for part in (self.mean, self.log_variance))
        return (mean + torch.randn_like(mean) * (0.5 * log_variance).exp()) * self.scale


def moved(film: np.ndarray, draws: np.random.Generator) -> np.ndarray:
    """A small turn, shift, scale and change of exposure. Never a mirror image: the heart has its side."""
    size = film.shape[0]
    frame = cv2.getRotationMatrix2D((size / 2, size / 2), float(draws.normal(0, 2.0)), float(np.exp(draws.normal(0.02, 0.03))))
    frame[:, 2] += draws.normal(0, 3.0, 2)
    turned = cv2.warpAffine(film, frame, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return (255 * (turned / 255.0) ** np.exp(draws.normal(0, 0.08))).round().astype(np.uint8)


@torch.no_grad()
def encode(model: Autoencoder, films: np.ndarray) -> Tensor:
    """Means and log variances of films, float16 [films, 2 * LATENTS, h, w]."""
    parts = []
    for start in range(0, len(films), 32):
        film = torch.from_numpy(films[start : start + 32])[:, None].float() / 127.5 - 1
        parts.append(model.encoder(film.contiguous(memory_format=torch.channels_last)).half().contiguous())
    return torch.cat(parts)


def read_latents(model: Autoencoder, films: np.ndarray, rows: np.ndarray, work: Path) -> Latents:
    """Of these rows of the films, from the cache or made; the other films' latents stay zero."""
    kept = []
    for version in range(VERSIONS):
        path = work / f"latents-{version}.pt"
        if not path.exists():
            draws = np.random.default_rng(500 + version)
            seen = films[rows] if version == 0 else np.stack([moved(films[row], draws) for row in rows])
            torch.save(encode(model, seen), path)
            print(f"latents, version {version + 1} of {VERSIONS}", flush=True)
        part = torch.load(path)
        every = torch.zeros(len(films), *part.shape[1:], dtype=part.dtype)
        every[torch.from_numpy(rows)] = part
        kept.append(every)
    mean, log_variance = torch.stack(kept).split(LATENTS, 2)
    return Latents(mean, log_variance, round(1 / float(mean[0, rows].float().std()), 4))
