"""The training run: by steps, resumable, averaged."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..checkpoint import averaged_weights, restore, store
from ..halves import check_halves, halves
from .batches import TEXTS_PER_FILM, Batch, Batches
from .model import LVitLung
from .parts_head import PartsHead
from .transformer import Cells

AVERAGING = 0.997
LESSON_RATE = 1.5e-3
SAVE_EVERY = 100
REPORT_EVERY = 25
# Pixels added to both sides of Dice, so that an empty target rewards an empty mask smoothly.
SMOOTH = 20.0


def rate_at(peak: float, share: float, step: int) -> float:
    """Linear warm-up, then a cosine over the run."""
    return peak * min(1.0, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * min(share, 1.0))) + 3e-6


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
    """The state of a training run and where it is kept. `begin` fills a model that has had no step."""

    def __init__(self, words: int, work: Path, peak: float, begin: Callable[[LVitLung], None] | None) -> None:
        torch.manual_seed(20)
        self.model, self.head, self.peak = LVitLung(words), PartsHead(), peak
        self.step, self.spent, self.path = 0, 0.0, work / "checkpoint.pt"
        if begin and not self.path.exists():
            begin(self.model)
        self.model.to(memory_format=torch.channels_last)
        self.average = AveragedModel(self.model, multi_avg_fn=get_ema_multi_avg_fn(AVERAGING), use_buffers=True)
        self.optimizer = torch.optim.AdamW([*groups(self.model), {"params": list(self.head.parameters()), "weight_decay": 0.0}], peak, betas=(0.9, 0.98))
        self.parts = {"model": self.model, "average": self.average, "optimizer": self.optimizer, "head": self.head}
        if (stored := restore(self.path, self.parts)) is not None:
            self.step, self.spent = stored["step"], stored["spent"]
            print(f"resumed at step {self.step}, {self.spent / 60:.1f} minutes spent", flush=True)

    def save(self) -> None:
        store(self.path, self.parts, step=self.step, spent=self.spent)

    def lessons(self, batches: Batches, count: int) -> None:
        """Texts alone first, so that films meet words that are understood."""
        optimizer = torch.optim.AdamW([*self.model.text.parameters(), *self.head.parameters()], LESSON_RATE, weight_decay=0.02)
        self.model.train()
        for turn in range(count):
            for group in optimizer.param_groups:
                group["lr"] = LESSON_RATE * min(1.0, (turn + 1) / 30) * (0.6 + 0.4 * math.cos(math.pi * turn / count))
            loss = self.head.loss(self.model.text, batches.texts(np.random.default_rng(500_000 + turn)))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.text.parameters(), 1.0)
            optimizer.step()
            if (turn + 1) % REPORT_EVERY == 0:
                print(f"lesson {turn + 1} {loss.item():.4f}", flush=True)

    def logits(self, batch: Batch) -> Tensor:
        return self.model(batch.films, batch.texts.input_ids, batch.texts.attention_mask, TEXTS_PER_FILM)

    def advance(self, batches: Batches, share: float) -> dict[str, float]:
        """One step; its losses."""
        torch.manual_seed(1000 + self.step)
        draws = np.random.default_rng(1000 + self.step)
        batch, alone = batches.draw(draws), batches.texts(draws)
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.peak, share, self.step)
        self.model.train()
        with halves():
            logits = self.logits(batch)
        terms = {**losses(logits, batch.targets), "parts_of_texts": self.head.loss(self.model.text, alone)}
        self.optimizer.zero_grad(set_to_none=True)
        sum(terms.values()).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.average.update_parameters(self.model)
        self.step += 1
        return {name: value.item() for name, value in terms.items()}


def train(batches: Batches, words: int, work: Path, steps: int, lessons: int, peak: float, begin: Callable[[LVitLung], None] | None) -> None:
    """Train for `steps`, all starts together. Time is the processor's, so pauses do not count."""
    run = Run(words, work, peak, begin)
    parameters = sum(value.numel() for value in run.model.parameters())
    print(f"{parameters / 1e6:.2f} M parameters, {len(batches.films)} films, {words} words", flush=True)
    check_halves(run.model, (Cells, nn.Conv2d, nn.Conv1d, nn.Linear), lambda: run.logits(batches.draw(np.random.default_rng(0))))
    begun, recent, log = time.process_time() - run.spent, [], (work / "losses.jsonl").open("a")
    if run.step == 0:
        run.lessons(batches, lessons)
        run.average.update_parameters(run.model)
    while run.step < steps:
        recent.append(run.advance(batches, run.step / steps))
        run.spent = time.process_time() - begun
        if run.step % REPORT_EVERY == 0:
            means = {name: round(float(np.mean([terms[name] for terms in recent])), 4) for name in recent[0]}
            log.write(json.dumps({"step": run.step, "minutes": round(run.spent / 60, 2), **means}) + "\n")
            log.flush()
            print(f"step {run.step}/{steps} {run.spent / 60:.1f} min {means}", flush=True)
            recent = []
        if run.step % SAVE_EVERY == 0:
            run.save()
    run.save()


def load(work: Path, words: int, is_last: bool) -> LVitLung:
    """The averaged model of the last checkpoint, or the model as it was there."""
    model = LVitLung(words)
    path = work / "checkpoint.pt"
    model.load_state_dict(torch.load(path, weights_only=False)["model"] if is_last else averaged_weights(path))
    return model.eval()
