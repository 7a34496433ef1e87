"""The denoiser's run, text encoder included: velocity, prompts drawn anew each step, some of them empty."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from ..cxr_align.tokenizer import MAX_LENGTH, PAD
from .denoiser import Denoiser
from .latents import Latents
from .noise import STEPS, noisy, velocity
from .prompts import prompt
from .text_encoder import TextEncoder
from .threads import Threads
from .training_run import Plan, TrainingRun

BATCH, EMPTY = 16, 0.12


class Prompted(nn.Module):
    """Text encoder and denoiser, trained as one."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.text, self.denoiser = TextEncoder(pieces), Denoiser()

    def forward(self, sample: Tensor, timesteps: Tensor, input_ids: Tensor) -> Tensor:
        return self.denoiser(sample, timesteps, self.text(input_ids))


def token_ids(tokenizer: Tokenizer, texts: list[str]) -> Tensor:
    """int64 [texts, MAX_LENGTH], padded."""
    ids = torch.full((len(texts), MAX_LENGTH), PAD, dtype=torch.int64)
    for at, coding in enumerate(tokenizer.encode_batch(texts)):
        ids[at, : len(coding.ids)] = torch.tensor(coding.ids)
    return ids


def spread_timesteps(count: int) -> Tensor:
    """One from each of `count` equal parts of the range, shuffled: less noise between steps."""
    return ((torch.randperm(count) + torch.rand(count)) / count * STEPS).long().clamp(max=STEPS - 1)


class Examples:
    """Films' latents with prompts about them."""

    def __init__(self, latents: Latents, rows: np.ndarray, chances: np.ndarray, attributes: np.ndarray, tokenizer: Tokenizer) -> None:
        self.latents, self.rows, self.chances, self.attributes, self.tokenizer = latents, rows, chances, attributes, tokenizer

    def draw(self, count: int, draws: np.random.Generator, empty: float = EMPTY) -> tuple[Tensor, Tensor]:
        """Scaled latents, and ids of their prompts."""
        rows = draws.choice(self.rows, count, p=self.chances)
        texts = ["" if draws.random() < empty else prompt(self.attributes[row], draws) for row in rows]
        return self.latents.draw(rows, draws), token_ids(self.tokenizer, texts)


def losses(model: nn.Module, examples: Examples, draws: np.random.Generator) -> dict[str, Tensor]:
    latents, ids = examples.draw(BATCH, draws)
    timesteps, noise = spread_timesteps(BATCH), torch.randn_like(latents)
    sample = noisy(latents, noise, timesteps).contiguous(memory_format=torch.channels_last)
    return {"velocity": (model(sample, timesteps, ids) - velocity(latents, noise, timesteps)).square().mean()}


@torch.no_grad()
def validation(model: nn.Module, held: Examples) -> dict[str, float]:
    """The same films, prompts, noise and times at every check."""
    torch.manual_seed(7)
    draws = np.random.default_rng(7)
    return {"held": float(np.mean([losses(model, held, draws)["velocity"].item() for _ in range(6)]))}


def train_denoiser(examples: Examples, held: Examples, pieces: int, plan: Plan, work: Path, threads: Threads) -> Prompted:
    torch.manual_seed(plan.seed)
    run = TrainingRun(plan, Prompted(pieces).to(memory_format=torch.channels_last), work, threads)
    return run.train(lambda model, step: losses(model, examples, np.random.default_rng(plan.seed + step)), lambda model: validation(model, held), check_every=200)
