"""A denoiser for few steps, distilled from the full one with its guidance (latent consistency, Luo 2023, section 4)."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .denoiser_training import Examples, Prompted, token_ids
from .noise import KEPT, STEPS, clean, noisy, remaining
from .sampler import guided
from .threads import Threads
from .training_run import Plan, TrainingRun

BATCH, ORIGINAL_STEPS = 16, 20
STRIDE = STEPS // ORIGINAL_STEPS


def one_step_back(teacher: Prompted, sample: Tensor, times: Tensor, prompt: Tensor, empty: Tensor, guidance: float, rescale: float) -> tuple[Tensor, Tensor]:
    """DDIM from `times` to STRIDE earlier with the teacher's guided velocity: the sample there, and the clean latents."""
    predicted = guided(teacher.denoiser, sample, times, prompt, empty, guidance, rescale)
    latents, rest = clean(sample, predicted, times), remaining(sample, predicted, times)
    kept = torch.where(times >= STRIDE, KEPT[(times - STRIDE).clamp(min=0)], torch.ones(()))[:, None, None, None]
    return kept.sqrt() * latents + (1 - kept).sqrt() * rest, latents


class Distillation:
    """The terms of a step. The student's target is its own average one step earlier; at the end, the teacher's latents."""

    def __init__(self, teacher: Prompted, examples: Examples, guidance: float, rescale: float) -> None:
        self.teacher, self.examples, self.guidance, self.rescale = teacher, examples, guidance, rescale
        with torch.no_grad():
            self.empty = teacher.text(token_ids(examples.tokenizer, [""]))

    def losses(self, student: nn.Module, target: nn.Module, draws: np.random.Generator) -> dict[str, Tensor]:
        latents, ids = self.examples.draw(BATCH, draws, empty=0.0)
        times = torch.from_numpy((draws.integers(ORIGINAL_STEPS, size=BATCH) + 1) * STRIDE - 1)
        sample = noisy(latents, torch.randn_like(latents), times).contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            prompt = self.teacher.text(ids)
            earlier, ended = one_step_back(self.teacher, sample, times, prompt, self.empty, self.guidance, self.rescale)
            before = (times - STRIDE).clamp(min=0)
            wanted = torch.where((times >= STRIDE)[:, None, None, None], clean(earlier, target(earlier, before, prompt), before), ended)
        found = clean(sample, student(sample, times, prompt), times)
        return {"consistency": ((found - wanted).square() + 1e-6).sqrt().mean()}


def distil(teacher: Prompted, examples: Examples, guidance: float, rescale: float, plan: Plan, work: Path, threads: Threads) -> Prompted:
    """The teacher with another denoiser, to be asked without guidance by the LCM sampler."""
    distillation = Distillation(teacher.eval(), examples, guidance, rescale)
    run = TrainingRun(plan, copy.deepcopy(teacher.denoiser).train(), work, threads)
    denoiser = run.train(lambda student, step: distillation.losses(student, run.averaged(), np.random.default_rng(plan.seed + step)))
    student = copy.deepcopy(teacher)
    student.denoiser = denoiser
    return student.eval()
