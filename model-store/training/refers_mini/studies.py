"""Studies drawn from the training films: single films, films of one patient, twins of which one may be spoiled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..cxr_align.batches import SOURCE_WEIGHTS
from .variants import CHANGED, PLAIN, VARIANTS

VIEWS = (1, 2, 3, 4)
CHANCES = (0.5, 0.3, 0.1, 0.1)
SIZES = {1: 48, 2: 32, 3: 20, 4: 16}
SAME_PATIENT, SPOILED_TWIN, SPOILED_ALONE = 0.5, 0.5, 0.05


@dataclass
class Drawn:
    """Rows of films and numbers of variants, int64 [studies, views]; which of them are spoiled, bool."""

    rows: np.ndarray
    variants: np.ndarray
    spoiled: np.ndarray


class Studies:
    def __init__(self, sources: np.ndarray, patients: np.ndarray, texts: np.ndarray, made: np.ndarray, rows: np.ndarray) -> None:
        """`made` bool [films, VARIANTS] says which variants there are; `rows` are the films to draw from."""
        self.rows = rows
        self.good, self.bad = made[:, : PLAIN + CHANGED].sum(1), made[:, PLAIN + CHANGED :].sum(1)
        weights = np.array([SOURCE_WEIGHTS[name] for name in sources[rows]])
        self.weights = weights / weights.sum()
        members: dict[tuple[str, str], list[int]] = {}
        for row in rows:
            members.setdefault((patients[row], texts[row]), []).append(int(row))
        self.kin = {row: own for own in members.values() for row in own}

    def draw(self, draws: np.random.Generator) -> Drawn:
        """All studies of a batch have the same number of views."""
        views = int(draws.choice(VIEWS, p=CHANCES))
        first = draws.choice(self.rows, SIZES[views], p=self.weights, replace=False)
        rows = np.repeat(first[:, None], views, 1)
        for study, row in enumerate(first):
            kin = self.kin[int(row)]
            if views > 1 and len(kin) > 1 and draws.random() < SAME_PATIENT:
                rows[study, 1:] = draws.choice(kin, views - 1)
        spoiled = draws.random(rows.shape) < (SPOILED_ALONE if views == 1 else SPOILED_TWIN)
        if views > 1:
            spoiled[np.arange(len(rows)), draws.integers(views, size=len(rows))] = False
        good = draws.integers(self.good[rows])
        bad = VARIANTS - 1 - draws.integers(self.bad[rows])
        return Drawn(rows, np.where(spoiled, bad, good), spoiled)
