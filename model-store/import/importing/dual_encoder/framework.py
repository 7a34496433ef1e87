"""What a system says of itself in PyTorch, and what goldens and comparisons are taken from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor


@dataclass(frozen=True)
class ImageVectors:
    vectors: Tensor
    """float32[n, dims], of any length."""
    cells: Tensor | None = None
    """float32[n, grid rows, grid columns, dims], as the local score takes them."""


@dataclass(frozen=True)
class TextVectors:
    ids: list[int]
    """Of the tokens with the special ones, without padding."""
    vector: Tensor
    """float32[dims]"""
    words: Tensor | None = None
    """float32[words, dims], as the local score takes them."""
    labels: list[str] | None = None
    weights: Tensor | None = None
    """float32[words], adding up to 1, where the local score weighs words; `local_score` is then `weighted_score`."""


class Framework(Protocol):
    """A system in evaluation mode, one text at a time: loops instead of masks, so that it shares no trick with the service."""

    def image(self, pixels: Tensor) -> ImageVectors:
        """pixels uint8[n, channels, side, side], as the manifest's steps give them."""

    def text(self, text: str) -> TextVectors:
        """A text as the caller writes it: cleaning, tokens, tower, pooling."""

    def local_score(self, cells: Tensor, words: Tensor) -> float:
        """cells float32[cells, dims], words float32[words, dims]; by `score.local.aggregate`. Not called without cells."""


class WeightedFramework(Framework, Protocol):
    """A system whose words do not all count the same."""

    def weighted_score(self, cells: Tensor, text: TextVectors) -> float:
        """As `local_score`, by the text's words and their weights."""


def score_locally(framework: Framework, cells: Tensor, text: TextVectors) -> float:
    if text.weights is None:
        return framework.local_score(cells, text.words)
    return framework.weighted_score(cells, text)  # type: ignore[attr-defined]
