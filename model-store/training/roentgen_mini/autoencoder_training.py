"""The autoencoder's run: on crops, because it is convolutions all through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .autoencoder import Autoencoder
from .film_features import FilmFeatures
from .image_losses import gradient_energy, kullback_leibler, slopes, ssim, texture_gap
from .threads import Threads
from .training_run import Plan, TrainingRun

CROP, CROPS = 96, 8
KULLBACK_LEIBLER_WEIGHT = 3e-5
# The amount of detail counts for more once the rate falls: by then grey levels are right.
TEXTURE_WEIGHT, LATE_TEXTURE_WEIGHT = 0.5, 1.5


def draw_crops(films: np.ndarray, chances: np.ndarray, draws: np.random.Generator) -> Tensor:
    """float32 [CROPS,1,CROP,CROP] in -1..1, with a little gamma and contrast."""
    taken = []
    for at in draws.choice(len(films), CROPS, p=chances):
        top, left = draws.integers(films.shape[1] - CROP + 1, size=2)
        taken.append(films[at, top : top + CROP, left : left + CROP])
    crops = torch.from_numpy(np.stack(taken))[:, None].float() / 255
    gamma = torch.from_numpy(np.exp(draws.normal(0, 0.12, (CROPS, 1, 1, 1)))).float()
    return (crops.pow(gamma) * 2 - 1).contiguous(memory_format=torch.channels_last)


def losses(model: nn.Module, film: Tensor, features: FilmFeatures, texture_weight: float) -> dict[str, Tensor]:
    """Grey levels, slopes, structure, looks, amount of detail, and a light pull of the latents to the standard normal."""
    again, mean, log_variance = model(film)
    slope = sum((one - other).abs().mean() for one, other in zip(slopes(again), slopes(film)))
    return {
        "grey": (again - film).abs().mean(), "slope": 0.5 * slope, "structure": 0.3 * (1 - ssim(again / 2 + 0.5, film / 2 + 0.5).mean()),
        "looks": 0.1 * features.distance(again / 2 + 0.5, film / 2 + 0.5), "texture": texture_weight * texture_gap(again, film),
        "latents": KULLBACK_LEIBLER_WEIGHT * kullback_leibler(mean, log_variance),
    }


@torch.no_grad()
def fidelity(model: nn.Module, films: np.ndarray) -> dict[str, float]:
    """PSNR, SSIM and share of gradient energy over whole films, through the mean latent."""
    found = []
    for start in range(0, len(films), 16):
        film = torch.from_numpy(films[start : start + 16])[:, None].float() / 255
        again = (model.decoder(model.encoder(film * 2 - 1)[:, :4]) / 2 + 0.5).clamp(0, 1)
        psnr = -10 * (film - again).square().mean((1, 2, 3)).log10()
        found.append(torch.stack([psnr, ssim(again, film), gradient_energy(again) / gradient_energy(film)]))
    return dict(zip(("psnr", "ssim", "energy"), torch.cat(found, 1).mean(1).tolist()))


def train_autoencoder(films: np.ndarray, chances: np.ndarray, held: np.ndarray, plan: Plan, work: Path, features: FilmFeatures, threads: Threads) -> Autoencoder:
    torch.manual_seed(plan.seed)
    run = TrainingRun(plan, Autoencoder().to(memory_format=torch.channels_last), work, threads)

    def step_losses(model: nn.Module, step: int) -> dict[str, Tensor]:
        crops = draw_crops(films, chances, np.random.default_rng(plan.seed + step))
        return losses(model, crops, features, LATE_TEXTURE_WEIGHT if plan.is_falling(step) else TEXTURE_WEIGHT)

    return run.train(step_losses, lambda model: fidelity(model, held), check_every=200)
