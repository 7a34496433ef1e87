"""How far a graph's outputs are from another's on the same feeds, and how much quicker it gives them."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from .recorded import Feeds

TIMED_ROUNDS = 7


@dataclass(frozen=True)
class Drift:
    """`greatest` and `least_cosine` by output, over `runs` runs; `speed_up` is time before / time after."""

    runs: int
    greatest: dict[str, float]
    least_cosine: dict[str, float]
    speed_up: float

    def describe(self) -> str:
        outputs = ", ".join(f"{name} ±{value:.3g} (cosine ≥ {self.least_cosine[name]:.6f})" for name, value in self.greatest.items())
        return f"{self.runs} runs; {outputs}; {self.speed_up:.2f} times as fast"

    def figures(self, role: str, base: str) -> list[dict[str, Any]]:
        about = {"data": "what the pack's goldens feed", "split": "goldens", "n": self.runs, "baseline": base}
        drifts = [
            {**about, "metric": f"{role} {name}: greatest difference", "value": value, "note": f"least cosine {self.least_cosine[name]:.6f}"}
            for name, value in self.greatest.items()
        ]
        return [*drifts, {**about, "metric": f"{role}: times as fast", "value": round(self.speed_up, 3), "note": "CPU provider of the machine that made the pack"}]


def compare(before: Path, after: Path, runs: list[Feeds], threads: int) -> Drift:
    sessions = [_session(path, threads) for path in (before, after)]
    names = [output.name for output in sessions[0].get_outputs()]
    greatest, least = dict.fromkeys(names, 0.0), dict.fromkeys(names, 1.0)
    for feeds in runs:
        for name, expected, found in zip(names, *(session.run(names, feeds) for session in sessions), strict=True):
            wide, other = expected.astype(np.float64).ravel(), found.astype(np.float64).ravel()
            # Not `max(…)` of Python: it lets a NaN go by.
            greatest[name] = float(np.maximum(greatest[name], np.abs(wide - other).max()))
            least[name] = float(np.minimum(least[name], _cosine(wide, other)))
    return Drift(len(runs), greatest, least, _speed_up(sessions, runs[0]))


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    return float(one @ other / lengths) if lengths > 0 else float(np.array_equal(one, other))


def _speed_up(sessions: list[onnxruntime.InferenceSession], feeds: Feeds) -> float:
    """Median over turns in which both run, so that what disturbs the machine meets both alike."""
    ratios = []
    for _ in range(TIMED_ROUNDS):
        times = []
        for session in sessions:
            start = time.perf_counter()
            session.run(None, feeds)
            times.append(time.perf_counter() - start)
        ratios.append(times[0] / times[1])
    return statistics.median(ratios)
