"""The text rule of the original's loader: from a sentence to the pieces that BERT reads, and back to ten word vectors.

Read in `utils.py` and `Load_Dataset.py` of HUANGLIZI/LViT (a9b0b41) and in the package bert-embedding with its defaults.
The service does the same by the manifest's `text` and `text_post`; this is the reference that the goldens come from.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

FILL_BELOW_WORDS = 9
FILL = "EOF XXX"
MAX_LENGTH = 25
"""Pieces with [CLS] and [SEP]."""


@dataclass(frozen=True)
class Sentence:
    ids: list[int]
    pieces: list[str]


def filled(text: str) -> str:
    """Each word below nine adds two; then the first line alone goes on, though words were counted in all."""
    lacking = FILL_BELOW_WORDS - len(text.split())
    return (text + f" {FILL}" * max(0, lacking)).split("\n")[0]


def encode(tokenizer: Tokenizer, text: str) -> Sentence:
    """Special pieces included; what does not fit is cut off before the last of them."""
    encoding = tokenizer.encode(filled(text))
    if len(encoding.ids) <= MAX_LENGTH:
        return Sentence(encoding.ids, encoding.tokens)
    keep = MAX_LENGTH - 1
    return Sentence([*encoding.ids[:keep], encoding.ids[-1]], [*encoding.tokens[:keep], encoding.tokens[-1]])


def merge(tokens: Tensor, pieces: list[str], words: int) -> tuple[Tensor, list[str]]:
    """tokens float32[pieces, dims] -> float32[words, dims] and the words: the mean of each word's pieces, the first of them.

    Throws `ValueError` for a sentence of fewer words, with which the original's loader breaks too.
    """
    groups: list[list[Tensor]] = []
    labels: list[str] = []
    for row, piece in zip(tokens[1:-1], pieces[1:-1], strict=True):
        if piece.startswith("##"):
            groups[-1].append(row)
            labels[-1] += piece[2:]
        else:
            groups.append([row])
            labels.append(piece)
    if len(groups) < words:
        raise ValueError(f"The model reads {words} words, the text has {len(groups)}.")
    return torch.stack([torch.stack(rows).mean(0) for rows in groups[:words]]), labels[:words]
