"""How noise is added over 1000 steps: Stable Diffusion's `scaled_linear` betas, rescaled to end in noise alone, and the velocity that is learned.

Without the rescaling the last step keeps the film's brightness, and films made from pure noise all come out mid-grey.
"""

from __future__ import annotations

import torch
from torch import Tensor

STEPS = 1000
BETA_START, BETA_END = 0.00085, 0.012


# What samplers take for the last share, so that its logarithm is finite.
SMALLEST_KEPT = 2.0**-24


def kept_shares() -> Tensor:
    """Cumulative products of 1 - beta, float32 [STEPS] (Ho 2020, equation 4; Lin 2023, algorithm 1)."""
    betas = torch.linspace(BETA_START**0.5, BETA_END**0.5, STEPS, dtype=torch.float64).square()
    roots = (1 - betas).cumprod(0).sqrt()
    roots = (roots - roots[-1]) * roots[0] / (roots[0] - roots[-1])
    return roots.square().clamp(min=SMALLEST_KEPT).float()


KEPT = kept_shares()


def scales(timesteps: Tensor) -> tuple[Tensor, Tensor]:
    """Weights of the latents and of the noise at int64 timesteps [n], as [n,1,1,1]."""
    kept = KEPT[timesteps][:, None, None, None]
    return kept.sqrt(), (1 - kept).sqrt()


def noisy(latents: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
    signal, spread = scales(timesteps)
    return signal * latents + spread * noise


def velocity(latents: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
    """What the denoiser learns (Salimans 2022, appendix D)."""
    signal, spread = scales(timesteps)
    return signal * noise - spread * latents


def clean(sample: Tensor, predicted: Tensor, timesteps: Tensor) -> Tensor:
    """The latents that a velocity stands for."""
    signal, spread = scales(timesteps)
    return signal * sample - spread * predicted


def remaining(sample: Tensor, predicted: Tensor, timesteps: Tensor) -> Tensor:
    """The noise that a velocity stands for."""
    signal, spread = scales(timesteps)
    return signal * predicted + spread * sample
