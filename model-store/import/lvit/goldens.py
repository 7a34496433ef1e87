"""What a service must get from the pack, as the framework computed it, in the manifest's form."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from .reference import Segmented

THRESHOLD = 0.5
SAMPLE_STEPS = 5
TOLERANCE = 1e-4

FLIP_MARGIN = 2e-5
"""What two runtimes differ by: pixels so near the threshold can fall on either side of it."""


def text_golden(text: str, made: Segmented) -> dict[str, Any]:
    return {"kind": "text", "text": text, "ids": made.ids, "words": made.words, "tolerance": TOLERANCE}


def segmentation_golden(image: str, text: str, made: Segmented) -> dict[str, Any]:
    """Numbers on the model's own grid: mean, share above the threshold, and samples [x, y, probability]."""
    values = made.probabilities
    return {
        "kind": "segmentation",
        "image": image,
        "text": text,
        "probabilities_mean": _rounded(values.double().mean()),
        **({"area_fraction": _rounded((values > THRESHOLD).double().mean())} if is_area_certain(values) else {}),
        "samples": samples(values),
        "tolerance": TOLERANCE,
    }


def is_area_certain(values: Tensor) -> bool:
    """Whether pixels that may flip are too few to move the area by more than the tolerance."""
    return float(((values - THRESHOLD).abs() <= FLIP_MARGIN).double().mean()) <= TOLERANCE


def samples(values: Tensor) -> list[list[float]]:
    rows, columns = ([int((step + 0.5) * side / SAMPLE_STEPS) for step in range(SAMPLE_STEPS)] for side in values.shape)
    return [[x, y, _rounded(values[y, x])] for y in rows for x in columns]


def _rounded(value: Tensor) -> float:
    return round(float(value), 7)
