"""What the framework answers to films at their own sizes, in files, so that a service can be asked the same over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .. import films
from ..preparing import pixels, read_film
from .framework import Framework, ImageVectors, TextVectors, score_locally
from .goldens import cosine

SIZES = ((300, 260), (224, 310), (411, 402), (256, 256), (190, 205))
"""Width and height in pixels of the films that are drawn: wide, tall, shrunk, as it is, enlarged."""


@dataclass(frozen=True)
class Extras:
    """What only some systems answer."""

    combine: Callable[[float, float], float] | None = None
    """Global and local score to that of both."""
    maps: Callable[[Tensor, Tensor], Tensor] | None = None
    """cells float32[cells, dims], words float32[words, dims] -> float32[words, cells]."""
    label_set: str | None = None
    classes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Prompts by label, of `label_set`."""
    class_scores: Callable[[ImageVectors, Mapping[str, list[TextVectors]]], Mapping[str, float]] | None = None
    """Of one film, as the reply's `score`."""
    prototypes: Callable[[Tensor], Tensor] | None = None
    """Vectors float32[n, dims], of any length -> shares of each prototype, float32[n, count]."""


def draw_films(folder: Path, sizes: Sequence[tuple[int, int]] = SIZES) -> list[Path]:
    return [films.write(folder / f"film-{seed}.png", films.draw(seed, *size)) for seed, size in enumerate(sizes, 21)]


@torch.no_grad()
def write_expected(
    folder: Path, framework: Framework, drawn: Sequence[Path], texts: Sequence[str], steps: list[dict[str, Any]], extras: Extras = Extras()
) -> None:
    """`cases.json` and an array a quantity, float32: films and texts in the order given, vectors of unit length."""
    folder.mkdir(parents=True, exist_ok=True)
    images = [framework.image(torch.from_numpy(pixels(read_film(path), steps))[None]) for path in drawn]
    made = [framework.text(text) for text in texts]
    keep = _Keep(folder)
    keep("images", torch.stack([F.normalize(image.vectors[0], dim=-1) for image in images]))
    whole = [[cosine(image.vectors[0], text.vector) for text in made] for image in images]
    if made:
        keep("texts", torch.stack([F.normalize(text.vector, dim=-1) for text in made]))
        keep("global", torch.tensor(whole))
    if all(image.cells is not None for image in images):
        _write_local(keep, framework, images, made, whole, extras)
    if extras.prototypes is not None:
        keep("prototypes", extras.prototypes(torch.cat([image.vectors for image in images])))
    classes = {label: [framework.text(prompt) for prompt in prompts] for label, prompts in extras.classes.items()}
    if extras.class_scores is not None:
        scores = [extras.class_scores(image, classes) for image in images]
        keep("classes", torch.tensor([[score[label] for label in classes] for score in scores]))
    cases = {
        "films": [path.name for path in drawn], "texts": list(texts), "words": [text.labels for text in made],
        "label_set": extras.label_set, "classes": list(classes), "arrays": keep.names,
    }
    (folder / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


class _Keep:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []

    def __call__(self, name: str, values: Tensor) -> None:
        np.save(self.folder / f"{name}.npy", np.ascontiguousarray(values.float().numpy()))
        self.names.append(name)


def _write_local(
    keep: _Keep, framework: Framework, images: list[ImageVectors], texts: list[TextVectors], whole: list[list[float]], extras: Extras
) -> None:
    cells = [image.cells[0].flatten(0, 1) for image in images]
    keep("cells", torch.stack([F.normalize(grid, dim=-1) for grid in cells]))
    if not texts or any(text.words is None for text in texts):
        return
    local = [[score_locally(framework, grid, text) for text in texts] for grid in cells]
    keep("local", torch.tensor(local))
    if extras.combine is not None:
        keep("both", torch.tensor([[extras.combine(*pair) for pair in zip(*rows, strict=True)] for rows in zip(whole, local, strict=True)]))
    for at, text in enumerate(texts):
        # Columns that stand for no word have no direction.
        shown = len([label for label in text.labels or [] if label]) or len(text.words)
        keep(f"words-{at}", F.normalize(text.words[:shown], dim=-1))
        if extras.maps is not None:
            keep(f"maps-{at}", torch.stack([extras.maps(grid, text.words)[:shown] for grid in cells]))
