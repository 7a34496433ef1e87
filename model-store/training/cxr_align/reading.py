"""A trained model reading films against prompts, the way the server combines them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from .model import CxrAlign, encode_texts
from .similarity import word_mask


@dataclass
class Films:
    """What the image encoder says of films."""

    vectors: Tensor
    cells: Tensor


@dataclass
class Combination:
    """score = whole * global cosine + part * local score."""

    whole: float = 1.0
    part: float = 0.0


class Reader:
    def __init__(self, model: CxrAlign, tokenizer: Tokenizer) -> None:
        self.model, self.tokenizer = model.eval(), tokenizer

    @torch.no_grad()
    def films(self, pixels: np.ndarray) -> Films:
        """uint8 [n, h, w] to vectors and cells."""
        found = [self.model.image(torch.from_numpy(pixels[at : at + 64])[:, None]) for at in range(0, len(pixels), 64)]
        return Films(*(torch.cat(parts) for parts in zip(*found)))

    @torch.no_grad()
    def texts(self, texts: list[str]) -> tuple[Tensor, Tensor, Tensor]:
        """Global vectors, token vectors and word mask."""
        ids, mask = encode_texts(self.tokenizer, texts)
        vectors, tokens = self.model.text(ids, mask)
        return vectors, tokens, word_mask(ids)

    @torch.no_grad()
    def scores(self, films: Films, texts: list[str], how: Combination) -> np.ndarray:
        """[films, texts]"""
        vectors, tokens, words = self.texts(texts)
        result = how.whole * films.vectors @ vectors.t()
        if how.part:
            local = [self.model.local(films.cells[at : at + 64], tokens, words)[0] for at in range(0, len(films.cells), 64)]
            result = result + how.part * torch.cat(local)
        return result.numpy()

    @torch.no_grad()
    def maps(self, films: Films, text: str) -> np.ndarray:
        """Mean over the text's words of where they look: [films, cells], sums to 1."""
        _, tokens, words = self.texts([text])
        maps = torch.cat([self.model.local(films.cells[at : at + 64], tokens, words)[1] for at in range(0, len(films.cells), 64)])
        return (maps[:, 0].sum(1) / words.sum()).numpy()

    def margin(self, films: Films, said: list[str], against: list[str], how: Combination) -> np.ndarray:
        """Mean score of the prompts for, minus that of the prompts against."""
        scores = self.scores(films, said + against, how)
        return scores[:, : len(said)].mean(1) - scores[:, len(said) :].mean(1)
