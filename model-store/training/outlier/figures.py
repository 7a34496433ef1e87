"""How often films are refused that should not be, and pictures that should."""

from __future__ import annotations

import numpy as np
from scipy.stats import beta

Row = dict[str, object]


def share(told: np.ndarray) -> tuple[float, list[float]]:
    """The share that is told and its 95 % interval (Clopper and Pearson), pictures taken as independent."""
    count, hits = len(told), int(told.sum())
    low = float(beta.ppf(0.025, hits, count - hits + 1)) if hits else 0.0
    high = float(beta.ppf(0.975, hits + 1, count - hits)) if hits < count else 1.0
    return round(hits / count, 4), [round(low, 4), round(high, 4)]


def rows_of(scores: dict[str, np.ndarray]) -> list[Row]:
    """By kind of picture."""
    found = []
    for kind, values in scores.items():
        value, interval = share(values > 1)
        found.append({"kind": kind, "n": len(values), "told": value, "interval": interval, "median": round(float(np.median(values)), 2)})
    return found


def evaluation_rows(rows: list[Row], part: str, data: str) -> list[Row]:
    """The manifest's rows: films that are refused by mistake, and a kind each of what is meant to be."""
    def row(kind: Row, metric: str, note: str) -> Row:
        return {"data": data, "split": part, "n": kind["n"], "metric": f"{metric}: {kind['kind']}", "value": kind["told"], "interval": kind["interval"], "note": note}

    note = "share above the pack's limit; 95 % interval by Clopper and Pearson"
    return [row(kind, "films refused as unlike" if str(kind["kind"]).startswith("films") else "pictures told as unlike", note) for kind in rows]


def table(rows: list[Row]) -> list[str]:
    lines = ["| pictures | n | refused [95 %] | median score |", "| --- | --- | --- | --- |"]
    for row in rows:
        low, high = row["interval"]
        lines.append(f"| {row['kind']} | {row['n']} | {100 * row['told']:.1f} % [{100 * low:.1f}, {100 * high:.1f}] | {row['median']:.2f} |")
    return lines
