"""A quick look at validation films while something is still being chosen."""

from __future__ import annotations

import numpy as np
import torch
from tokenizers import Tokenizer

from .model import RefersMini, write
from .sentences import label_matrix, labels_in
from .studies import Drawn
from .tokenizer import PAD
from .trainer import Corpus, seen


def f1(truth: np.ndarray, said: np.ndarray) -> float:
    """Micro-averaged over all labels of all films."""
    return 2 * float((truth & said).sum()) / max(1, int(truth.sum() + said.sum()))


@torch.no_grad()
def look(model: RefersMini, corpus: Corpus, tokenizer: Tokenizer, texts: np.ndarray, names: np.ndarray, drawn: Drawn) -> dict[str, dict[str, float]]:
    """Label F1, exact sentences and token accuracy by dataset."""
    cells, vectors = seen(corpus.features, drawn)
    parts = [model.fusion(cells[at : at + 64], vectors[at : at + 64], torch.zeros(drawn.rows[at : at + 64].shape)).memory for at in range(0, len(cells), 64)]
    memory = torch.cat(parts)
    said = tokenizer.decode_batch(write(model, memory))
    rows = drawn.rows[:, 0]
    tokens = corpus.tokens[rows]
    real = tokens[:, 1:] != PAD
    right = (model.decoder(tokens[:, :-1], memory).argmax(-1) == tokens[:, 1:]) & real
    exact = np.array([a == b for a, b in zip(said, texts[rows])])
    truth, guess = label_matrix([labels_in(text) for text in texts[rows]]), label_matrix([labels_in(text) for text in said])
    found = {}
    for name in ("all", *np.unique(names[rows])):
        use = np.ones(len(rows), bool) if name == "all" else names[rows] == name
        found[str(name)] = {
            "n": int(use.sum()), "f1": round(f1(truth[use], guess[use]), 4), "exact": round(float(exact[use].mean()), 4),
            "tokens": round(float(right[use].sum() / real[use].sum()), 4),
        }
    return found
