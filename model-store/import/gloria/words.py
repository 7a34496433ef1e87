"""GLoRIA's text rules (`process_text` and `aggregate_tokens` at 416466a), stated anew: the source of the goldens."""

from __future__ import annotations

import re
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor


@dataclass(frozen=True)
class Tokens:
    """With the special ones, without padding."""

    ids: list[int]
    pieces: list[str]


def cleaned(text: str) -> str:
    """Sentences end at a number with a period and at periods; one of a single word is dropped, and what is not ASCII."""
    kept = []
    for sentence in re.split(r"[0-9]+\.|\.", text.replace("\n", " ")):
        words = re.findall(r"\w+", sentence.replace("\ufffd\ufffd", " ").lower())
        if len(words) > 1:
            plain = (word.encode("ascii", "ignore").decode("ascii") for word in words)
            kept.append(" ".join(word for word in plain if word))
    return " ".join(kept)


def encode(tokenizer: Tokenizer, text: str, max_length: int) -> Tokens:
    encoding = tokenizer.encode(text)
    ids, pieces = encoding.ids, encoding.tokens
    if len(ids) > max_length:
        ids, pieces = [*ids[: max_length - 1], ids[-1]], [*pieces[: max_length - 1], pieces[-1]]
    return Tokens(ids, pieces)


def merged(rows: Tensor, pieces: list[str]) -> tuple[Tensor, list[str]]:
    """rows float32[pieces, dims] -> float32[words, dims] and the words: pieces that begin with ## are added to the one before."""
    sums: list[Tensor] = []
    words: list[str] = []
    for row, piece in zip(rows, pieces, strict=True):
        if piece.startswith("##") and words:
            sums[-1] = sums[-1] + row
            words[-1] += piece[2:]
        else:
            sums.append(row)
            words.append(piece)
    return torch.stack(sums), words
