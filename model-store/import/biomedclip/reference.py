"""What BiomedCLIP in PyTorch makes of films and texts: the source of the goldens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.image_graph import ImageGraph

from .network import BiomedClip


@dataclass(frozen=True)
class Reference:
    """A `Framework`."""

    network: BiomedClip
    image_graph: ImageGraph
    tokenizer: Tokenizer

    @property
    def scale(self) -> float:
        return float(self.network.logit_scale.detach().exp())

    @torch.no_grad()
    def image(self, pixels: Tensor) -> ImageVectors:
        return ImageVectors(self.network.visual(self.image_graph.prepared(pixels)))

    @torch.no_grad()
    def text(self, text: str) -> TextVectors:
        ids = self.tokenizer.encode(text).ids
        most = self.network.plan.max_length
        kept = ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]
        return TextVectors(kept, self.network.text(torch.tensor([kept]), torch.ones(1, len(kept), dtype=torch.long))[0])

    def local_score(self, cells: Tensor, words: Tensor) -> float:
        raise NotImplementedError("BiomedCLIP has no local features.")

    @torch.no_grad()
    def class_scores(self, image: ImageVectors, classes: Mapping[str, list[TextVectors]]) -> dict[str, float]:
        """Shares of the labels: softmax of scale · cosine, prompts of a label as the mean of their directions."""
        film = F.normalize(image.vectors[0], dim=-1)
        means = [torch.stack([F.normalize(text.vector, dim=-1) for text in texts]).mean(0) for texts in classes.values()]
        logits = self.scale * (F.normalize(torch.stack(means), dim=-1) @ film)
        return dict(zip(classes, logits.softmax(0).tolist(), strict=True))
