"""REFERS's image tower, fusion and decoder, stated anew from their description; parameters have the names of its checkpoints."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .plan import VIEWS, RefersPlan

IMAGE_EPS = 1e-6
WORD_EPS = 1e-8
"""Of the norm behind the embeddings; the decoder's layers have torch's own."""


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = (self._split(layer(x)) for layer in (self.query, self.key, self.value))
        return self.out(F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2))

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)


class FeedForward(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, plan: RefersPlan) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(plan.image_width, eps=IMAGE_EPS)
        self.ffn_norm = nn.LayerNorm(plan.image_width, eps=IMAGE_EPS)
        self.ffn = FeedForward(plan.image_width, plan.image_feed_forward)
        self.attn = Attention(plan.image_width, plan.image_heads)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.attention_norm(x))
        return x + self.ffn(self.ffn_norm(x))


class Embeddings(nn.Module):
    def __init__(self, plan: RefersPlan) -> None:
        super().__init__()
        self.patch_embeddings = nn.Conv2d(3, plan.image_width, plan.patch_side, plan.patch_side)
        self.position_embeddings = nn.Parameter(torch.zeros(1, plan.patches + 1, plan.image_width))
        self.cls_token = nn.Parameter(torch.zeros(1, 1, plan.image_width))

    def forward(self, pixels: Tensor) -> Tensor:
        patches = self.patch_embeddings(pixels).flatten(2).transpose(1, 2)
        first = self.cls_token.expand(len(pixels), -1, -1)
        return torch.cat([first, patches], dim=1) + self.position_embeddings


class Encoder(nn.Module):
    def __init__(self, plan: RefersPlan) -> None:
        super().__init__()
        self.layer = nn.ModuleList(Block(plan) for _ in range(plan.image_layers))
        self.encoder_norm = nn.LayerNorm(plan.image_width, eps=IMAGE_EPS)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.layer:
            x = block(x)
        return self.encoder_norm(x)


class VisionTransformer(nn.Module):
    """pixels float32[n, 3, side, side], normalised -> float32[n, 1 + patches, width]."""

    def __init__(self, plan: RefersPlan) -> None:
        super().__init__()
        self.transformer = nn.ModuleDict({"embeddings": Embeddings(plan), "encoder": Encoder(plan)})

    def forward(self, pixels: Tensor) -> Tensor:
        return self.transformer["encoder"](self.transformer["embeddings"](pixels))


class Fusion(nn.Module):
    """Three gates, of each patch position by itself and independent: they need not sum to 1."""

    def __init__(self, plan: RefersPlan) -> None:
        super().__init__()
        self.fc1, self.fc2, self.fc3 = (nn.Linear(VIEWS * plan.image_width, 1) for _ in range(VIEWS))

    def forward(self, views: Tensor) -> tuple[Tensor, Tensor]:
        """views float32[n, 3, patches, width] -> gated patches [n, 3 · patches, width], gates [n, 3, patches]."""
        together = views.transpose(1, 2).flatten(2)
        gates = torch.cat([layer(together) for layer in (self.fc1, self.fc2, self.fc3)], dim=2).sigmoid().transpose(1, 2)
        return (views * gates.unsqueeze(3)).flatten(1, 2), gates


class WordEmbedding(nn.Module):
    def __init__(self, plan: RefersPlan) -> None:
        super().__init__()
        self.pad = plan.pad
        self.words = nn.Embedding(plan.vocabulary, plan.width, padding_idx=plan.pad)
        self.positions = nn.Embedding(plan.positions, plan.width)
        self.layer_norm = nn.LayerNorm(plan.width, eps=WORD_EPS)

    def forward(self, tokens: Tensor, first: int | Tensor = 0) -> Tensor:
        """tokens int64[n, length] -> float32[n, length, width]; `first`: position of the first token, one or int64[n, 1]."""
        places = torch.arange(tokens.shape[1]).unsqueeze(0) + first
        return self.layer_norm(self.words(tokens) + self.positions(places)) * (tokens != self.pad).unsqueeze(2)


class Textual(nn.Module):
    """The decoder as the framework states it: torch's own layers, the whole text at once."""

    def __init__(self, plan: RefersPlan) -> None:
        super().__init__()
        self.visual_projection = nn.Linear(plan.image_width, plan.width)
        self.embedding = WordEmbedding(plan)
        layer = nn.TransformerDecoderLayer(plan.width, plan.heads, plan.feed_forward, activation="gelu", batch_first=True)
        self.transformer = nn.TransformerDecoder(layer, plan.layers)
        self.output = nn.Linear(plan.width, plan.vocabulary)
        self.output.weight = self.embedding.words.weight

    def forward(self, memory: Tensor, tokens: Tensor) -> Tensor:
        """memory float32[n, positions, image width], tokens int64[n, length] -> logits float32[n, length, vocabulary]."""
        future = torch.ones(tokens.shape[1], tokens.shape[1], dtype=torch.bool).triu(1)
        words = self.transformer(self.embedding(tokens), self.visual_projection(memory), tgt_mask=future)
        return self.output(words)


class Refers(nn.Module):
    def __init__(self, plan: RefersPlan) -> None:
        super().__init__()
        self.plan = plan
        self.visual = nn.ModuleDict({"vit": VisionTransformer(plan)})
        self.fusion = Fusion(plan)
        self.textual = Textual(plan)

    def views(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Normalised films -> their patches, each with the film's own vector added, and that vector."""
        found = self.visual["vit"](pixels)
        return found[:, 1:] + found[:, :1], found[:, 0]

    def memory(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Films of one study, float32[films, 3, side, side], over again until there are three -> memory [1, …], gates [1, 3, …]."""
        patches, _ = self.views(pixels)
        return self.fusion(torch.stack([patches[at % len(patches)] for at in range(VIEWS)]).unsqueeze(0))
