"""The writer: a causal transformer over the report's pieces that looks at the study's memory."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .features import WIDTH
from .tokenizer import MAX_TOKENS, PAD


def heads_of(rows: Tensor, heads: int) -> Tensor:
    """[n, length, width] to [n, heads, length, width / heads]."""
    return rows.unflatten(-1, (heads, rows.shape[-1] // heads)).transpose(1, 2)


def attend(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
    weights = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5
    if bias is not None:
        weights = weights + bias
    return (weights.softmax(-1) @ value).transpose(1, 2).flatten(2)


class DecoderLayer(nn.Module):
    """Pre-norm: pieces before, the memory, a hidden layer."""

    def __init__(self, width: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.before_own, self.before_memory, self.before_hidden = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.own, self.own_out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.query, self.memory, self.memory_out = nn.Linear(width, width), nn.Linear(WIDTH, 2 * width), nn.Linear(width, width)
        self.hidden = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, pieces: Tensor, memory: Tensor, causal: Tensor) -> Tensor:
        query, key, value = (heads_of(part, self.heads) for part in self.own(self.before_own(pieces)).chunk(3, -1))
        pieces = pieces + self.dropout(self.own_out(attend(query, key, value, causal)))
        key, value = (heads_of(part, self.heads) for part in self.memory(memory).chunk(2, -1))
        query = heads_of(self.query(self.before_memory(pieces)), self.heads)
        pieces = pieces + self.dropout(self.memory_out(attend(query, key, value)))
        return pieces + self.dropout(self.hidden(self.before_hidden(pieces)))


class Decoder(nn.Module):
    def __init__(self, pieces: int, width: int = 160, heads: int = 4, hidden: int = 512, layers: int = 2, dropout: float = 0.1) -> None:
        super().__init__()
        self.pieces = nn.Embedding(pieces, width, padding_idx=PAD)
        self.position = nn.Parameter(torch.randn(MAX_TOKENS, width) * 0.02)
        self.layers = nn.ModuleList(DecoderLayer(width, heads, hidden, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(pieces))
        nn.init.normal_(self.pieces.weight, std=width**-0.5)

    def forward(self, tokens: Tensor, memory: Tensor) -> Tensor:
        """int64 [n, length] and float32 [n, positions, WIDTH] to logits [n, length, pieces]."""
        length = tokens.shape[1]
        rows = self.pieces(tokens) * self.position.shape[1] ** 0.5 + self.position[:length]
        place = torch.arange(length)
        causal = (place[None] > place[:, None]).to(rows.dtype) * -1e4
        for layer in self.layers:
            rows = layer(rows, memory, causal)
        return self.norm(rows) @ self.pieces.weight.t() + self.bias


class DecoderStep(nn.Module):
    """The graph: logits of the piece that follows the first `token_count` of each row, [n, pieces]."""

    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, tokens: Tensor, token_count: Tensor, memory: Tensor) -> Tensor:
        logits = self.decoder(tokens, memory)
        at = (token_count - 1)[:, None, None].expand(-1, 1, logits.shape[-1])
        return logits.gather(1, at).squeeze(1)
