"""What the framework makes of a film and a sentence, step by step as the original's evaluation does: the source of the goldens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from .bert import TokenRows
from .network import LViT
from .words import encode, merge


@dataclass(frozen=True)
class Segmented:
    ids: list[int]
    pieces: list[str]
    words: list[str]
    vectors: Tensor
    """float32[words, text_dims]"""
    probabilities: Tensor
    """float32[side, side] on the model's own grid"""
    width: int
    height: int

    def at_film_size(self) -> Tensor:
        """float32[height, width]: bilinear with half-pixel centres, edges repeated, before any threshold."""
        film = (self.height, self.width)
        return F.interpolate(self.probabilities[None, None], film, mode="bilinear", align_corners=False)[0, 0]


def read_film(path: Path, side: int) -> tuple[np.ndarray, int, int]:
    """uint8[side, side, 3] in OpenCV's BGR, stretched to a square without keeping proportions; width and height before."""
    film = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if film is None:
        raise ValueError(f"{path.name} is no image that OpenCV reads.")
    return cv2.resize(film, (side, side)), film.shape[1], film.shape[0]


@torch.no_grad()
def segment(network: LViT, bert: TokenRows, tokenizer: Tokenizer, film: Path, text: str) -> Segmented:
    plan = network.plan
    sentence = encode(tokenizer, text)
    ids = torch.tensor([sentence.ids])
    tokens = bert(ids, torch.ones_like(ids))[0]
    vectors, words = merge(tokens, sentence.pieces, plan.words)
    pixels, width, height = read_film(film, plan.image_side)
    image = torch.from_numpy(pixels).permute(2, 0, 1).float().div(255)
    probabilities = network(image[None], vectors[None])[0, 0]
    return Segmented(sentence.ids, sentence.pieces, words, vectors, probabilities, width, height)
