"""Figures with what chance could do to them: patients are drawn anew, not films."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import rankdata

DRAWS = 2000


def auroc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Area under the ROC curve; nan where a class is missing."""
    positive = labels.astype(bool)
    count, rest = positive.sum(), (~positive).sum()
    if not count or not rest:
        return float("nan")
    return float((rankdata(scores)[positive].sum() - count * (count + 1) / 2) / (count * rest))


def mean(values: np.ndarray) -> float:
    return float(np.mean(values))


def patient_draws(patients: np.ndarray, draws: int = DRAWS, seed: int = 0) -> list[np.ndarray]:
    """Row numbers of `draws` samples of patients with replacement, all films of each."""
    generator = np.random.default_rng(seed)
    names, inverse = np.unique(patients, return_inverse=True)
    rows = [np.flatnonzero(inverse == at) for at in range(len(names))]
    return [np.concatenate([rows[at] for at in generator.integers(len(names), size=len(names))]) for _ in range(draws)]


def interval(samples: list[float]) -> list[float]:
    """The middle 95 %."""
    low, high = np.nanpercentile(samples, [2.5, 97.5])
    return [round(float(low), 4), round(float(high), 4)]


def figure(measure: Callable[..., float], patients: np.ndarray, *columns: np.ndarray, rival: np.ndarray | None = None) -> dict[str, object]:
    """A measure of columns with its interval; with a rival's scores in place of the last column, also the difference."""
    draws = patient_draws(patients)
    samples = [measure(*(column[rows] for column in columns)) for rows in draws]
    result: dict[str, object] = {"n": len(patients), "value": round(measure(*columns), 4), "interval": interval(samples)}
    if rival is not None:
        others = [measure(*(column[rows] for column in (*columns[:-1], rival))) for rows in draws]
        result["baseline"] = round(measure(*columns[:-1], rival), 4)
        result["difference"] = round(float(result["value"]) - float(result["baseline"]), 4)
        result["difference_interval"] = interval([a - b for a, b in zip(samples, others)])
    return result
