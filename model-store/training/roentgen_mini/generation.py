"""Films from prompts with the finished modules, the way the pack's defaults make them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from .autoencoder import Autoencoder
from .denoiser import Denoiser
from .denoiser_training import Prompted, token_ids
from .few_steps import ORIGINAL_STEPS
from .sampler import ImageNoise, sample_lcm, sample_solver

TOGETHER = 16


@dataclass(frozen=True)
class Way:
    """How latents are made: `sampler` is solver or lcm; lcm takes the distilled denoiser."""

    name: str
    sampler: str
    steps: int
    guidance: float
    rescale: float = 0.0

    @property
    def calls(self) -> int:
        """Denoiser calls of one image; guidance takes two a step."""
        return self.steps * (2 if self.guidance > 1 else 1)


@dataclass
class Generator:
    """Full and distilled model share the text encoder and the decoder."""

    autoencoder: Autoencoder
    full: Prompted
    few: Prompted
    tokenizer: Tokenizer
    scale: float

    def denoiser(self, way: Way) -> Denoiser:
        return (self.few if way.sampler == "lcm" else self.full).denoiser

    @torch.no_grad()
    def latents(self, prompts: list[str], way: Way, seed: int) -> torch.Tensor:
        text = self.full.text(token_ids(self.tokenizer, prompts))
        empty = self.full.text(token_ids(self.tokenizer, [""]))
        draws = ImageNoise(len(prompts), seed)
        if way.sampler == "lcm":
            return sample_lcm(self.denoiser(way), text, draws, way.steps, ORIGINAL_STEPS)
        return sample_solver(self.denoiser(way), text, empty, draws.draw(), way.steps, way.guidance, way.rescale)

    @torch.no_grad()
    def films(self, prompts: list[str], way: Way, seed: int) -> np.ndarray:
        """uint8 [prompts, 192, 192]; image i has seed + i."""
        made = []
        for start in range(0, len(prompts), TOGETHER):
            latents = self.latents(prompts[start : start + TOGETHER], way, seed + start)
            made.append(as_bytes(self.autoencoder.decoder(latents / self.scale)))
        return np.concatenate(made)


def as_bytes(film: torch.Tensor) -> np.ndarray:
    """float [n,1,h,w] in -1..1 to uint8 [n,h,w]."""
    return ((film[:, 0] / 2 + 0.5).clamp(0, 1) * 255).round().byte().numpy()
