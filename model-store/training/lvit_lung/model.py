"""The whole of the small LViT: image encoder, text encoder, segmenter."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .convolutions import WIDTHS, ImageEncoder, Up
from .text_encoder import TextEncoder
from .tokenizer import MAX_WORDS
from .transformer import TextViT


class Segmenter(nn.Module):
    """Five levels of features and words [n, MAX_WORDS, WORD] to logits [n,1,s,s]."""

    def __init__(self) -> None:
        super().__init__()
        self.vit = TextViT(WIDTHS[:4])
        self.up = nn.ModuleList(Up(deep, skip, skip) for deep, skip in zip(WIDTHS[:0:-1], WIDTHS[-2::-1]))
        self.outward = nn.Sequential(nn.Conv2d(WIDTHS[0], 4, 1), nn.PixelShuffle(2))
        nn.init.constant_(self.outward[0].bias, -1.5)

    def forward(self, levels: tuple[Tensor, ...], words: Tensor) -> Tensor:
        skips = [skip + added for skip, added in zip(levels, self.vit(levels, words))]
        level = levels[-1]
        for up, skip in zip(self.up, skips[::-1]):
            level = up(level, skip)
        return self.outward(level)


class LVitLung(nn.Module):
    def __init__(self, words: int) -> None:
        super().__init__()
        self.image, self.text, self.segmenter = ImageEncoder(), TextEncoder(words), Segmenter()

    def forward(self, pixels: Tensor, input_ids: Tensor, attention_mask: Tensor, texts_per_film: int = 1) -> Tensor:
        """Films [n,1,s,s]; ids and mask [n * texts_per_film, length], a film's texts one after another; logits likewise."""
        levels = tuple(level.repeat_interleave(texts_per_film, 0) for level in self.image(pixels))
        return self.segmenter(levels, padded(self.text(input_ids, attention_mask)))


def padded(words: Tensor) -> Tensor:
    """Rows of zeros up to MAX_WORDS."""
    missing = MAX_WORDS - words.shape[1]
    return torch.nn.functional.pad(words, (0, 0, 0, missing)) if missing else words
