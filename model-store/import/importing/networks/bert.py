"""BERT (Devlin J. et al., arXiv 1810.04805) with Hugging Face's key names, attention written out so that its graph is plain ONNX.

Every hidden state is given, since towers read more than the last one; dropout is not there, since nothing is trained here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..keys import Ignored

POSITION_IDS = Ignored(r"(.*\.)?embeddings\.position_ids", "the numbers 0 to 511, a buffer of transformers up to 4.30")
UNUSED_POOLER = Ignored(r"(.*\.)?pooler\.dense\.(weight|bias)", "BERT's pooler, which this system does not call")


@dataclass(frozen=True)
class BertPlan:
    vocabulary: int = 28_996
    """Bio_ClinicalBERT's; bert-base-uncased has 30,522."""
    width: int = 768
    layers: int = 12
    heads: int = 12
    inner: int = 3072
    positions: int = 512
    token_types: int = 2
    """Rows of the table of token types, of which the first is always added; 0: there is no table."""
    eps: float = 1e-12
    has_pooler: bool = False


class Bert(nn.Module):
    """input_ids and attention_mask int64[rows, length] -> hidden states, float32[rows, length, width] each.

    The first is what the embeddings give, then one a layer. Padding (mask 0) takes no part in attention.
    """

    def __init__(self, plan: BertPlan) -> None:
        super().__init__()
        self.plan = plan
        self.embeddings = Embeddings(plan)
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(Layer(plan) for _ in range(plan.layers))})
        if plan.has_pooler:
            self.pooler = nn.ModuleDict({"dense": nn.Linear(plan.width, plan.width)})

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> list[Tensor]:
        hidden = self.embeddings(input_ids)
        hide = (1 - attention_mask[:, None, None, :].to(hidden.dtype)) * torch.finfo(hidden.dtype).min
        states = [hidden]
        for layer in self.encoder["layer"]:
            states.append(layer(states[-1], hide))
        return states

    def pooled(self, last: Tensor) -> Tensor:
        """`pooler_output`: tanh of a linear map of the first row. float32[rows, width]."""
        return torch.tanh(self.pooler["dense"](last[:, 0]))


class Embeddings(nn.Module):
    def __init__(self, plan: BertPlan) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(plan.vocabulary, plan.width)
        self.position_embeddings = nn.Embedding(plan.positions, plan.width)
        if plan.token_types > 0:
            self.token_type_embeddings = nn.Embedding(plan.token_types, plan.width)
        self.has_types = plan.token_types > 0
        self.LayerNorm = nn.LayerNorm(plan.width, eps=plan.eps)

    def forward(self, input_ids: Tensor) -> Tensor:
        words = self.word_embeddings(input_ids)
        # In the order of the original, so that sums of floats come out the same.
        if self.has_types:
            words = words + self.token_type_embeddings.weight[0]
        return self.LayerNorm(words + self.position_embeddings.weight[: input_ids.shape[1]])


class PlacelessEmbeddings(Embeddings):
    """Every piece stands at the first position, so that a tower sees a text as a bag of pieces."""

    def forward(self, input_ids: Tensor) -> Tensor:
        return self.LayerNorm(self.word_embeddings(input_ids) + self.position_embeddings.weight[0])


class Attention(nn.Module):
    """The keys `self.query`, `self.key`, `self.value` lie one level down."""

    def __init__(self, plan: BertPlan) -> None:
        super().__init__()
        self.heads = plan.heads
        self.self = nn.ModuleDict({name: nn.Linear(plan.width, plan.width) for name in ("query", "key", "value")})
        self.output = Residual(plan.width, plan)

    def forward(self, hidden: Tensor, hide: Tensor) -> Tensor:
        query, key, value = (self._split(part(hidden)) for part in self.self.values())
        scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1]) + hide
        context = (scores.softmax(-1) @ value).transpose(1, 2).flatten(2)
        return self.output(context, hidden)

    def _split(self, rows: Tensor) -> Tensor:
        return rows.unflatten(2, (self.heads, -1)).transpose(1, 2)


class Residual(nn.Module):
    def __init__(self, from_dims: int, plan: BertPlan) -> None:
        super().__init__()
        self.dense = nn.Linear(from_dims, plan.width)
        self.LayerNorm = nn.LayerNorm(plan.width, eps=plan.eps)

    def forward(self, values: Tensor, before: Tensor) -> Tensor:
        return self.LayerNorm(self.dense(values) + before)


class Layer(nn.Module):
    def __init__(self, plan: BertPlan) -> None:
        super().__init__()
        self.attention = Attention(plan)
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(plan.width, plan.inner)})
        self.output = Residual(plan.inner, plan)

    def forward(self, hidden: Tensor, hide: Tensor) -> Tensor:
        seen = self.attention(hidden, hide)
        return self.output(F.gelu(self.intermediate["dense"](seen)), seen)
