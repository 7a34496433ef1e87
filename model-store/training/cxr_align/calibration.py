"""Platt's calibration of a margin on validation films."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression


def platt(logits: np.ndarray, labels: np.ndarray, sources: np.ndarray) -> dict[str, object]:
    """probability = sigmoid(a * logit + b); each dataset and class weighs the same, so 0.5 is the even point."""
    weights = np.zeros(len(logits))
    for source in np.unique(sources):
        for value in (False, True):
            cell = (sources == source) & (labels == value)
            weights[cell] = 1 / max(cell.sum(), 1)
    model = LogisticRegression(C=1e4, max_iter=1000).fit(logits[:, None], labels, weights / weights.mean())
    return {"kind": "platt", "a": round(float(model.coef_[0, 0]), 5), "b": round(float(model.intercept_[0]), 5)}
