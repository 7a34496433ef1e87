"""The training run: by the clock, resumable, averaged."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..checkpoint import averaged_weights, restore, store
from .batches import TEXTS_PER_FILM, Batches
from .model import LVitLung

PEAK_RATE = 1.5e-3
AVERAGING = 0.997
SAVE_EVERY = 100
REPORT_EVERY = 25
# Pixels added to both sides of Dice, so that an empty target rewards an empty mask smoothly.
SMOOTH = 20.0


def rate_at(share: float, step: int) -> float:
    """Linear warm-up, then a cosine over the run's time."""
    return PEAK_RATE * min(1.0, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * min(share, 1.0))) + 3e-6


def losses(logits: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Binary cross-entropy, and one minus Dice, averaged over texts [n,1,s,s]."""
    logits = logits.float()
    chance = logits.sigmoid()
    shared = (chance * targets).sum((1, 2, 3))
    dice = (2 * shared + SMOOTH) / (chance.sum((1, 2, 3)) + targets.sum((1, 2, 3)) + SMOOTH)
    return {"cross_entropy": F.binary_cross_entropy_with_logits(logits, targets), "one_minus_dice": (1 - dice).mean()}


def groups(model: LVitLung) -> list[dict[str, object]]:
    """Weight decay for matrices only."""
    matrices = [value for value in model.parameters() if value.ndim > 1]
    rest = [value for value in model.parameters() if value.ndim <= 1]
    return [{"params": matrices, "weight_decay": 0.02}, {"params": rest, "weight_decay": 0.0}]


class Run:
    """The state of a training run and where it is kept."""

    def __init__(self, words: int, work: Path) -> None:
        torch.manual_seed(20)
        self.model = LVitLung(words).to(memory_format=torch.channels_last)
        self.average = AveragedModel(self.model, multi_avg_fn=get_ema_multi_avg_fn(AVERAGING), use_buffers=True)
        self.optimizer = torch.optim.AdamW(groups(self.model), PEAK_RATE, betas=(0.9, 0.98))
        self.step, self.spent, self.path = 0, 0.0, work / "checkpoint.pt"
        self.parts = {"model": self.model, "average": self.average, "optimizer": self.optimizer}
        if (stored := restore(self.path, self.parts)) is not None:
            self.step, self.spent = stored["step"], stored["spent"]
            print(f"resumed at step {self.step}, {self.spent / 60:.1f} minutes spent", flush=True)

    def save(self) -> None:
        store(self.path, self.parts, step=self.step, spent=self.spent)

    def advance(self, batches: Batches, share: float) -> dict[str, float]:
        """One step; its losses."""
        torch.manual_seed(1000 + self.step)
        batch = batches.draw(np.random.default_rng(1000 + self.step))
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(share, self.step)
        self.model.train()
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.model(batch.films, batch.input_ids, batch.attention_mask, TEXTS_PER_FILM)
        terms = losses(logits, batch.targets)
        self.optimizer.zero_grad(set_to_none=True)
        sum(terms.values()).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.average.update_parameters(self.model)
        self.step += 1
        return {name: value.item() for name, value in terms.items()}


def train(batches: Batches, words: int, work: Path, minutes: float) -> LVitLung:
    """Train for `minutes` of wall clock, all starts together, and return the averaged model."""
    run = Run(words, work)
    parameters = sum(value.numel() for value in run.model.parameters())
    print(f"{parameters / 1e6:.2f} M parameters, {len(batches.films)} films, {words} words", flush=True)
    begin, recent, log = time.monotonic() - run.spent, [], (work / "losses.jsonl").open("a")
    while (spent := time.monotonic() - begin) < 60 * minutes:
        recent.append(run.advance(batches, spent / (60 * minutes)))
        run.spent = time.monotonic() - begin
        if run.step % REPORT_EVERY == 0:
            means = {name: round(float(np.mean([terms[name] for terms in recent])), 4) for name in recent[0]}
            log.write(json.dumps({"step": run.step, "minutes": round(spent / 60, 2), **means}) + "\n")
            log.flush()
            print(f"step {run.step} {spent / 60:.1f}/{minutes:.0f} min {means}", flush=True)
            recent = []
        if run.step % SAVE_EVERY == 0:
            run.save()
    run.save()
    return run.average.module.eval()


def load_average(work: Path, words: int) -> LVitLung:
    """The averaged model of the last checkpoint."""
    model = LVitLung(words)
    model.load_state_dict(averaged_weights(work / "checkpoint.pt"))
    return model.eval()
