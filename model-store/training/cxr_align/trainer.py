"""The training run: by the clock, resumable, averaged."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..checkpoint import averaged_weights, restore, store
from ..halves import check_halves
from .batches import Batches
from .model import CxrAlign
from .objective import Objective, total

PEAK_RATE = 1.2e-3
SAVE_EVERY = 100
REPORT_EVERY = 25


def rate_at(share: float, step: int) -> float:
    """Linear warm-up, then a cosine over the run's time."""
    return PEAK_RATE * min(1.0, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * min(share, 1.0))) + 5e-6


def groups(model: CxrAlign) -> list[dict[str, object]]:
    """Weight decay for matrices only."""
    matrices = [value for value in model.parameters() if value.ndim > 1]
    rest = [value for value in model.parameters() if value.ndim <= 1]
    return [{"params": matrices, "weight_decay": 0.05}, {"params": rest, "weight_decay": 0.0}]


def train(batches: Batches, tokenizer: Tokenizer, work: Path, minutes: float) -> CxrAlign:
    """Train for `minutes` of wall clock, all starts together, and return the averaged model."""
    torch.manual_seed(20)
    model = CxrAlign(tokenizer.get_vocab_size())
    model.image.stem.to(memory_format=torch.channels_last)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.998), use_buffers=True)
    optimizer = torch.optim.AdamW(groups(model), PEAK_RATE, betas=(0.9, 0.98))
    objective, step, spent = Objective(tokenizer), 0, 0.0
    checkpoint = work / "checkpoint.pt"
    parts = {"model": model, "average": average, "optimizer": optimizer}
    if (stored := restore(checkpoint, parts)) is not None:
        objective.uninformed.state = stored["uninformed"]
        step, spent = stored["step"], stored["spent"]
        print(f"resumed at step {step}, {spent / 60:.1f} minutes spent", flush=True)
    parameters = sum(value.numel() for value in model.parameters())
    print(f"{parameters / 1e6:.2f} M parameters, {len(batches.rows)} films", flush=True)
    check_halves(model.image, (nn.Conv2d, nn.Linear), lambda: model.image.encode(batches.draw(np.random.default_rng(0)).films))
    begin, recent, log = time.monotonic() - spent, {}, (work / "losses.jsonl").open("a")
    while (spent := time.monotonic() - begin) < 60 * minutes:
        torch.manual_seed(1000 + step)
        draws = np.random.default_rng(1000 + step)
        for group in optimizer.param_groups:
            group["lr"] = rate_at(spent / (60 * minutes), step)
        model.train()
        terms = objective(model, batches.draw(draws), step)
        loss = total(terms)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 3.0)
        optimizer.step()
        average.update_parameters(model)
        step += 1
        for name, value in {**terms, "all": loss}.items():
            recent.setdefault(name, []).append(value.item())
        if step % REPORT_EVERY == 0:
            means = {name: round(float(np.mean(values)), 4) for name, values in recent.items()}
            log.write(json.dumps({"step": step, "minutes": round(spent / 60, 2), "scale": model.scale().item(), **means}) + "\n")
            log.flush()
            print(f"step {step} {spent / 60:.1f}/{minutes:.0f} min " + " ".join(f"{name}={value:.3f}" for name, value in means.items()), flush=True)
            recent = {}
        if step % SAVE_EVERY == 0:
            store(checkpoint, parts, uninformed=objective.uninformed.state, step=step, spent=time.monotonic() - begin)
    store(checkpoint, parts, uninformed=objective.uninformed.state, step=step, spent=spent)
    return average.module.eval()


def load_average(work: Path, tokenizer: Tokenizer) -> CxrAlign:
    """The averaged model of the last checkpoint."""
    model = CxrAlign(tokenizer.get_vocab_size())
    model.load_state_dict(averaged_weights(work / "checkpoint.pt"))
    return model.eval()
