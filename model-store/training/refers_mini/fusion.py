"""The films of a study as one: what each film is worth, which of its cells are to be read, one vector for all.

REFERS gates every patch position over a fixed number of views (three linears and sigmoids). Here the gates come from one
network that all films share, so any number of films goes in, and their order makes no difference. A film that is unlike all
training films gets no weight beside others; where all are, the memory holds nothing but that.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .features import CELLS, WIDTH

LEFT_OUT = 30.0
DIRECTIONS = 160
"""Of the outlier score."""


class StudyMemory(NamedTuple):
    """`vector` [n, WIDTH], `memory` [n, 3 + views * CELLS, WIDTH], `weights` [n, views], `patches` [n, views, CELLS]; weights and patches sum to 1."""

    vector: Tensor
    memory: Tensor
    weights: Tensor
    patches: Tensor


class ViewFusion(nn.Module):
    def __init__(self, looks: int = 4, hidden: int = 128) -> None:
        super().__init__()
        self.queries = nn.Linear(WIDTH, looks)
        self.about = nn.Sequential(nn.Linear((looks + 1) * WIDTH, hidden), nn.GELU(), nn.Dropout(0.1), nn.Linear(hidden, hidden), nn.GELU())
        self.worth = nn.Linear(2 * hidden, 1)
        self.cell_gate, self.film_gate = nn.Linear(WIDTH, 32), nn.Linear(hidden, 32)
        self.gate = nn.Linear(32, 1)
        self.to_memory = nn.Linear(WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.position = nn.Parameter(torch.randn(CELLS, WIDTH) * 0.02)
        self.nothing = nn.Parameter(torch.randn(WIDTH) * 0.02)
        self.fit, self.unfit = nn.Parameter(torch.randn(WIDTH) * 0.5), nn.Parameter(torch.randn(WIDTH) * 0.5)
        self.vector_token, self.about_token = nn.Linear(WIDTH, WIDTH), nn.Linear(hidden, WIDTH)
        self.token_norm = nn.LayerNorm(WIDTH)
        self.correction = nn.Linear(hidden, WIDTH)
        nn.init.zeros_(self.correction.weight)
        nn.init.zeros_(self.correction.bias)
        nn.init.constant_(self.gate.bias, 1.0)

    def forward(self, cells: Tensor, vectors: Tensor, outlier: Tensor, kept: Tensor | None = None) -> StudyMemory:
        """Unit vectors `cells` [n, views, CELLS, WIDTH] and `vectors` [n, views, WIDTH]; `outlier` [n, views] is 1 for films to leave out.

        `kept` [n, views, CELLS] is training's: 0 for cells that are hidden from the memory.
        """
        scaled = cells * WIDTH**0.5
        looks = self.queries(scaled).softmax(2)
        seen = (looks.transpose(2, 3) @ cells).flatten(2)
        about = self.about(torch.cat([vectors, seen], -1) * WIDTH**0.5 * 0.25)
        among = about.mean(1, keepdim=True).expand_as(about)
        weights = (self.worth(torch.cat([about, among], -1)) - LEFT_OUT * outlier[..., None]).softmax(1)
        gate = torch.sigmoid(self.gate(torch.tanh(self.cell_gate(scaled) + self.film_gate(about)[:, :, None])))
        patches = weights[..., None] * gate / gate.sum(2, keepdim=True)
        unfit = outlier.amin(1)[:, None, None]
        read = gate * (weights / weights.amax(1, keepdim=True))[..., None] * (1 - unfit[..., None])
        if kept is not None:
            read = read * kept[..., None]
        there = self.norm(self.to_memory(scaled) + self.position)
        memory = read * there + (1 - read) * self.nothing
        whole = (weights * about).sum(1)
        vector = F.normalize((weights * vectors).sum(1) + self.correction(whole), dim=-1)
        tokens = self.token_norm(torch.stack([self.vector_token(vector * WIDTH**0.5), self.about_token(whole)], 1))
        tokens = (1 - unfit) * tokens + unfit * self.nothing
        sign = (1 - unfit) * self.fit + unfit * self.unfit
        return StudyMemory(vector, torch.cat([sign, tokens, memory.flatten(1, 2)], 1), weights.squeeze(-1), patches.squeeze(-1))
