"""The training run: by steps, resumable, averaged."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..checkpoint import averaged_weights, restore, store
from ..cxr_align.losses import agreement, relations
from ..halves import check_halves, halves
from .features import CELLS, Features
from .model import RefersMini
from .studies import Drawn, Studies
from .text_bank import TextBank
from .tokenizer import PAD

PEAK_RATE = 8e-4
REPORT_EVERY, SAVE_EVERY = 50, 400
WEIGHTS = {"words": 1.0, "agreement": 0.3, "worth": 0.1}
HIDDEN_CELLS, NOISE, SMOOTHING, UNFIT_SHARE = 0.2, 0.15, 0.03, 0.04
SCALE = 13.6556
"""Of cxr-align's cosines."""


@dataclass
class Corpus:
    """Everything a step draws from, by row of the manifest."""

    features: Features
    values: Tensor
    sources: Tensor
    tokens: Tensor
    unfit: Tensor
    """Pieces of the text that says that a film cannot be read."""
    bank: TextBank
    studies: Studies


def rate_at(step: int, steps: int) -> float:
    """Linear warm-up, then a cosine."""
    return PEAK_RATE * min(1.0, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * min(step / steps, 1.0))) + 2e-6


def seen(features: Features, drawn: Drawn) -> tuple[Tensor, Tensor]:
    """Cells and vectors of drawn films, float32 [studies, views, …]."""
    cells, vectors = features.cells[drawn.rows, drawn.variants], features.vectors[drawn.rows, drawn.variants]
    return torch.from_numpy(cells).float(), torch.from_numpy(vectors).float()


def shaken(rows: Tensor) -> Tensor:
    """Unit vectors turned a little: the encoder knew these films, others it will not know so well."""
    return F.normalize(rows + torch.randn_like(rows) * (NOISE * rows.shape[-1] ** -0.5), dim=-1)


def losses(model: RefersMini, corpus: Corpus, draws: np.random.Generator) -> dict[str, Tensor]:
    drawn = corpus.studies.draw(draws)
    cells, vectors = seen(corpus.features, drawn)
    kept = (torch.rand(*drawn.rows.shape, CELLS) > HIDDEN_CELLS).float()
    unfit = torch.rand(len(cells), 1) < UNFIT_SHARE
    first = drawn.rows[:, 0]
    tokens = torch.where(unfit, corpus.unfit, corpus.tokens[first])
    tokens = tokens[:, : int((tokens != PAD).sum(1).max())]
    with halves():
        vector, memory, weights, _ = model.fusion(shaken(cells), shaken(vectors), unfit.expand(drawn.rows.shape).float(), kept)
        logits = model.decoder(tokens[:, :-1], memory)
    vector, weights, logits = vector.float(), weights.float(), logits.float()
    words = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), ignore_index=PAD, label_smoothing=SMOOTHING)
    said, claimed, denied = corpus.bank.draw(first, draws)
    sources = corpus.sources[first]
    holds, known = relations(corpus.values[first], sources, claimed, denied, sources)
    scores = vector @ said.t() * SCALE
    terms = {"words": words, "agreement": (agreement(scores, holds, known) + agreement(scores.t(), holds.t(), known.t())) / 2}
    if drawn.rows.shape[1] > 1:
        good = (weights * torch.from_numpy(~drawn.spoiled)).sum(1)
        terms["worth"] = -(good + 1e-4).log().mean()
    return terms


def fresh(pieces: int) -> tuple[RefersMini, AveragedModel, torch.optim.Optimizer]:
    torch.manual_seed(21)
    model = RefersMini(pieces)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.997))
    matrices = [value for value in model.parameters() if value.ndim > 1]
    rest = [value for value in model.parameters() if value.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}], PEAK_RATE, betas=(0.9, 0.98))
    return model, average, optimizer


def train(corpus: Corpus, pieces: int, work: Path, steps: int, on_save: Callable[[RefersMini], None]) -> RefersMini:
    """Train to `steps` and return the averaged model, which `on_save` sees whenever it is stored."""
    model, average, optimizer = fresh(pieces)
    step, spent, checkpoint = 0, 0.0, work / "checkpoint.pt"
    parts = {"model": model, "average": average, "optimizer": optimizer}
    if (stored := restore(checkpoint, parts)) is not None:
        step, spent = stored["step"], stored["spent"]
        print(f"resumed at step {step}", flush=True)
    check_halves(model, (nn.Linear,), lambda: losses(model, corpus, np.random.default_rng(0)))
    begin, recent, log = time.monotonic() - spent, {}, (work / "losses.jsonl").open("a")
    while step < steps:
        torch.manual_seed(1000 + step)
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, steps)
        model.train()
        terms = losses(model, corpus, np.random.default_rng(1000 + step))
        optimizer.zero_grad(set_to_none=True)
        sum(WEIGHTS[name] * value for name, value in terms.items()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update_parameters(model)
        step, spent = step + 1, time.monotonic() - begin
        for name, value in terms.items():
            recent.setdefault(name, []).append(value.item())
        if step % REPORT_EVERY == 0:
            means = {name: round(float(np.mean(values)), 4) for name, values in recent.items()}
            log.write(json.dumps({"step": step, "minutes": round(spent / 60, 2), **means}) + "\n")
            log.flush()
            print(f"step {step} of {steps}, {spent / 60:.1f} min " + " ".join(f"{name}={value:.3f}" for name, value in means.items()), flush=True)
            recent = {}
        if step % SAVE_EVERY == 0 or step == steps:
            store(checkpoint, parts, step=step, spent=spent)
            on_save(load_average(work, pieces))
    return load_average(work, pieces)


def load_average(work: Path, pieces: int) -> RefersMini:
    """The averaged model of the last checkpoint."""
    model = RefersMini(pieces)
    model.load_state_dict(averaged_weights(work / "checkpoint.pt"))
    return model.eval()
