"""From prompts to latents in torch, for evaluation and goldens."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .autoencoder import LATENTS
from .denoiser import Denoiser
from .noise import KEPT, STEPS, clean

CELLS = 24


class ImageNoise:
    """A generator for each image, seed + its place, as the service draws."""

    def __init__(self, count: int, seed: int) -> None:
        self.generators = [torch.Generator().manual_seed(seed + at) for at in range(count)]

    def draw(self) -> Tensor:
        """The next standard normal latents, float32 [count, LATENTS, CELLS, CELLS]."""
        return torch.stack([torch.randn(LATENTS, CELLS, CELLS, generator=generator) for generator in self.generators])


def guided(denoiser: Denoiser, sample: Tensor, times: Tensor, prompt: Tensor, empty: Tensor, guidance: float, rescale: float) -> Tensor:
    """Classifier-free guidance (Ho 2022), and its rescaling (Lin 2023, section 3.4)."""
    if guidance <= 1:
        return denoiser(sample, times, prompt)
    without, with_prompt = denoiser(torch.cat([sample, sample]), times.repeat(2), torch.cat([empty.expand_as(prompt), prompt])).chunk(2)
    result = without + guidance * (with_prompt - without)
    if rescale:
        ratio = with_prompt.std((1, 2, 3), keepdim=True) / result.std((1, 2, 3), keepdim=True)
        result = result * (rescale * ratio + 1 - rescale)
    return result


@torch.no_grad()
def sample_lcm(denoiser: Denoiser, prompt: Tensor, draws: ImageNoise, steps: int, original: int) -> Tensor:
    """Scaled latents. No guidance: it was distilled in (Luo 2023, algorithm 3)."""
    noise = draws.draw()
    origin = (torch.arange(original) + 1) * (STEPS // original) - 1
    times = origin.flip(0)[(torch.arange(steps) * original / steps).long()]
    for at, time in enumerate(times.tolist()):
        moment = torch.full((len(noise),), time)
        noise = clean(noise, denoiser(noise, moment, prompt), moment)
        if at + 1 < steps:
            kept = KEPT[int(times[at + 1])]
            noise = kept.sqrt() * noise + (1 - kept).sqrt() * draws.draw()
    return noise


@torch.no_grad()
def sample_solver(denoiser: Denoiser, prompt: Tensor, empty: Tensor, noise: Tensor, steps: int, guidance: float, rescale: float = 0.0) -> Tensor:
    """Scaled latents by DPM-Solver++ 2M (Lu 2022, algorithm 2), trailing spacing, a first-order last step to the clean latents."""
    times = torch.arange(STEPS, 0, -STEPS / steps).round().long() - 1
    signal, spread = KEPT.double().sqrt(), (1 - KEPT.double()).sqrt()
    logs = (signal / spread).log()
    before, last_gap = None, 0.0
    for at, time in enumerate(times.tolist()):
        moment = torch.full((len(noise),), time)
        latents = clean(noise, guided(denoiser, noise, moment, prompt, empty, guidance, rescale), moment)
        if at + 1 == len(times):
            return latents
        following = int(times[at + 1])
        gap = float(logs[following] - logs[time])
        blend = latents if before is None else latents + 0.5 * (latents - before) * (gap / last_gap)
        noise = float(spread[following] / spread[time]) * noise + float(signal[following]) * float(-np.expm1(-gap)) * blend
        before, last_gap = latents, gap
    return noise
