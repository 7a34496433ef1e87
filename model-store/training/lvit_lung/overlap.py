"""How well two masks agree."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_erosion, distance_transform_edt


def dice(found: np.ndarray, drawn: np.ndarray) -> float:
    """2 |A and B| / (|A| + |B|); 1 where both are empty."""
    total = int(found.sum()) + int(drawn.sum())
    return 2 * int((found & drawn).sum()) / total if total else 1.0


def intersection_over_union(found: np.ndarray, drawn: np.ndarray) -> float:
    union = int((found | drawn).sum())
    return int((found & drawn).sum()) / union if union else 1.0


def hausdorff95(found: np.ndarray, drawn: np.ndarray) -> float:
    """95th percentile, in pixels, of the distances from either border to the other, both directions together; the film's diagonal where one is empty."""
    if not found.any() or not drawn.any():
        return 0.0 if found.any() == drawn.any() else float(np.hypot(*found.shape))
    borders = [mask & ~binary_erosion(mask) for mask in (found, drawn)]
    apart = [distance_transform_edt(~border) for border in borders]
    return float(np.percentile(np.concatenate([apart[1][borders[0]], apart[0][borders[1]]]), 95))
