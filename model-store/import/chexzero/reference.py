"""What CheXzero in PyTorch makes of films and texts: the source of the goldens."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.dual_encoder.goldens import cosine
from importing.image_graph import ImageGraph

from .manifest import NEGATIVE
from .network import Clip


@dataclass(frozen=True)
class Reference:
    """A `Framework`."""

    network: Clip
    image_graph: ImageGraph
    tokenizer: Tokenizer

    @torch.no_grad()
    def image(self, pixels: Tensor) -> ImageVectors:
        return ImageVectors(self.image_graph.tower(self.image_graph.prepared(pixels)))

    @torch.no_grad()
    def text(self, text: str) -> TextVectors:
        ids = self.tokenizer.encode(text).ids
        most = self.network.plan.text.max_length
        kept = ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]
        return TextVectors(kept, self.network(torch.tensor([kept]), torch.ones(1, len(kept), dtype=torch.long))[0])

    def local_score(self, cells: Tensor, words: Tensor) -> float:
        raise NotImplementedError("CheXzero has no local features.")

    def class_scores(self, image: ImageVectors, classes: Mapping[str, list[TextVectors]]) -> dict[str, float]:
        """By label e^p / (e^p + e^n) of the cosines with its prompt and with the prompt that denies it (`run_softmax_eval`)."""
        scores = {}
        for label, (positive,) in classes.items():
            p, n = (math.exp(cosine(image.vectors[0], text.vector)) for text in (positive, self.text(NEGATIVE.format(label=label))))
            scores[label] = p / (p + n)
        return scores
