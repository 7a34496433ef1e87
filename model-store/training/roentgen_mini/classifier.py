"""A small classifier that knows nothing of the other packs: a second judge of what a film shows, trained on train's films only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..cxr_align.attributes import INDEX
from .latents import moved
from .threads import Threads
from .training_run import Plan, TrainingRun

QUESTIONS = ("abnormal", "bacterial", "pa", "adult")
WIDTHS = (24, 48, 96, 128)
SIDE, BATCH = 64, 48


class Classifier(nn.Module):
    """uint8-like float [n,1,192,192] in 0..255 to logits [n, QUESTIONS]."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs in zip((1, *WIDTHS), WIDTHS):
            layers += [nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
            layers += [nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.body, self.drop, self.heads = nn.Sequential(*layers), nn.Dropout(0.3), nn.Linear(2 * WIDTHS[-1], len(QUESTIONS))

    def features(self, film: Tensor) -> Tensor:
        """[n, 256]"""
        film = F.interpolate(film / 255, size=(SIDE, SIDE), mode="area")
        mean = film.mean((2, 3), keepdim=True)
        level = self.body((film - mean) / ((film - mean).square().mean((2, 3), keepdim=True) + 1e-4).sqrt())
        return torch.cat([level.mean((2, 3)), level.amax((2, 3))], 1)

    def forward(self, film: Tensor) -> Tensor:
        return self.heads(self.drop(self.features(film)))


def batch_losses(model: nn.Module, films: np.ndarray, attributes: np.ndarray, chances: np.ndarray, draws: np.random.Generator) -> dict[str, Tensor]:
    rows = draws.choice(len(films), BATCH, p=chances)
    film = torch.from_numpy(np.stack([moved(films[row], draws) for row in rows]))[:, None].float()
    wanted = torch.from_numpy(attributes[rows][:, [INDEX[name] for name in QUESTIONS]]).float()
    known = (wanted >= 0).float()
    each = F.binary_cross_entropy_with_logits(model(film), wanted.clamp(min=0), reduction="none")
    return {"cross_entropy": (each * known).sum() / known.sum()}


def train_classifier(films: np.ndarray, attributes: np.ndarray, chances: np.ndarray, plan: Plan, work: Path, threads: Threads) -> Classifier:
    torch.manual_seed(plan.seed)
    run = TrainingRun(plan, Classifier(), work, threads)
    return run.train(lambda model, step: batch_losses(model, films, attributes, chances, np.random.default_rng(plan.seed + step)))
