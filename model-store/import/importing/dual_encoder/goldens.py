"""What a service must get from the pack, as the framework computed it, in the manifest's form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .framework import Framework, ImageVectors, TextVectors, score_locally

VECTOR_TOLERANCE = 1e-4
SCORE_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Answers:
    """What the framework made of the goldens' films (by file) and texts."""

    images: dict[str, ImageVectors]
    texts: dict[str, TextVectors]


@torch.no_grad()
def ask(framework: Framework, films: Mapping[str, np.ndarray], texts: Sequence[str]) -> Answers:
    """`films`: uint8[channels, side, side] by file."""
    images = {name: framework.image(torch.from_numpy(pixels)[None]) for name, pixels in films.items()}
    return Answers(images, {text: framework.text(text) for text in texts})


@torch.no_grad()
def goldens(framework: Framework, answers: Answers) -> list[dict[str, Any]]:
    """Of every film, of every text, and the scores of all pairs."""
    found = [_image(name, made) for name, made in answers.images.items()]
    found += [_text(text, made) for text, made in answers.texts.items()]
    return [*found, _similarity(framework, answers)] if answers.texts else found


def cosine(a: Tensor, b: Tensor) -> float:
    return float(F.cosine_similarity(a.double(), b.double(), dim=-1))


def rounded(values: Tensor) -> list[float]:
    return [round(float(value), 7) for value in values]


def _image(name: str, made: ImageVectors) -> dict[str, Any]:
    local = {} if made.cells is None else {"local_mean": rounded(made.cells[0].flatten(0, 1).mean(0))}
    vector = {"global": rounded(F.normalize(made.vectors[0], dim=-1))}
    return {"kind": "image", "image": name, **vector, **local, "tolerance": VECTOR_TOLERANCE}


def _text(text: str, made: TextVectors) -> dict[str, Any]:
    return {"kind": "text", "text": text, "ids": made.ids, "global": rounded(F.normalize(made.vector, dim=-1)), "tolerance": VECTOR_TOLERANCE}


def _similarity(framework: Framework, answers: Answers) -> dict[str, Any]:
    images, texts = answers.images.values(), answers.texts.values()
    entry: dict[str, Any] = {
        "kind": "similarity", "images": list(answers.images), "texts": list(answers.texts),
        "global": [[round(cosine(image.vectors[0], text.vector), 7) for text in texts] for image in images],
    }
    if all(image.cells is not None for image in images) and all(text.words is not None for text in texts):
        entry["local"] = [
            [round(score_locally(framework, image.cells[0].flatten(0, 1), text), 7) for text in texts] for image in images
        ]
    return {**entry, "tolerance": SCORE_TOLERANCE}
