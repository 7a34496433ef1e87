"""Figures that need more than the service's answers: pieces by teacher forcing, and what the outlier score tells."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..cxr_align.statistics import figure
from ..outlier.score import OutlierScore
from .model import RefersMini
from .tokenizer import PAD

Row = dict[str, object]
FALSE_ALARMS = 0.01


def share(counted: np.ndarray, of: np.ndarray) -> float:
    return float(counted.sum() / of.sum())


@torch.no_grad()
def token_accuracy(model: RefersMini, cells: Tensor, vectors: Tensor, tokens: Tensor, usual: Tensor, patients: np.ndarray, names: np.ndarray) -> list[Row]:
    """Share of pieces (the end's too) that are the likeliest after the true ones before them; the rival writes `usual`, training's commonest text, piece by piece."""
    right, real = [], (tokens[:, 1:] != PAD).numpy()
    for at in range(0, len(cells), 64):
        memory = model.fusion(cells[at : at + 64, None], vectors[at : at + 64, None], torch.zeros(len(cells[at : at + 64]), 1)).memory
        right.append(model.decoder(tokens[at : at + 64, :-1], memory).argmax(-1) == tokens[at : at + 64, 1:])
    hit = (torch.cat(right).numpy() & real).sum(1)
    other = ((usual[None, 1:] == tokens[:, 1:]).numpy() & real).sum(1)
    rows = []
    for name in ("all", *np.unique(names)):
        use = np.ones(len(names), bool) if name == "all" else names == name
        own = figure(share, patients[use], hit[use], real.sum(1)[use])
        own["baseline"] = round(share(other[use], real.sum(1)[use]), 4)
        rows.append({"group": str(name), **own})
    return rows


def outlier_scores(score: OutlierScore, cells: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        parts = [score(torch.from_numpy(cells[at : at + 200]).float(), torch.from_numpy(vectors[at : at + 200]).float()) for at in range(0, len(cells), 200)]
    return torch.cat(parts).numpy()


def outlier_rows(found: dict[str, np.ndarray]) -> list[Row]:
    """By kind of picture: how many there are and which share is told."""
    return [{"kind": kind, "n": len(scores), "told": round(float((scores > 1).mean()), 4), "median": round(float(np.median(scores)), 3)} for kind, scores in found.items()]
