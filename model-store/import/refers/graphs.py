"""The three graphs of the pack, in the service's own units, and the decoder with a cache for those who want one."""

from __future__ import annotations

import onnx
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from importing.export import export

from .network import Refers, Textual
from .plan import VIEWS, RefersPlan

IMPORTER = "refers"
ROWS = "rows"
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet, in the order in which OpenCV reads the channels, which is not the order that they are meant for."""
EXAMPLE_ROWS = 2


class ImageEncoder(nn.Module):
    """pixels uint8[rows, 3, side, side] in RGB -> local [rows, grid, grid, width], global [rows, width]."""

    def __init__(self, network: Refers) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(STD).view(1, 3, 1, 1))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        films = (pixels[:, [2, 1, 0]].float() / 255 - self.mean) / self.std
        patches, vector = self.network.views(films)
        grid = self.network.plan.grid
        return patches.unflatten(1, (grid, grid)), vector


class ViewFusion(nn.Module):
    """views_local [rows, 3, patches, width], views_global [rows, 3, width] -> memory, global, view_weights, patch_weights.

    A view's weight is its mean gate as a share of all; `global` is what REFERS compares with a report's vector.
    """

    def __init__(self, network: Refers) -> None:
        super().__init__()
        self.fusion = network.fusion

    def forward(self, views_local: Tensor, views_global: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        memory, gates = self.fusion(views_local)
        means = gates.mean(2)
        return memory, views_global.flatten(1), means / means.sum(1, keepdim=True), gates


class Layer(nn.Module):
    """One of torch's decoder layers, for some of the words: queries [n, q, width] among all words [n, w, width]."""

    def __init__(self, given: nn.TransformerDecoderLayer, projection: nn.Linear) -> None:
        super().__init__()
        self.given = given
        self.heads = given.self_attn.num_heads
        self.projection = projection

    def keys(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of words, [n, heads, w, width / heads] each."""
        return self._project(self.given.self_attn, words, 1), self._project(self.given.self_attn, words, 2)

    def forward(self, queries: Tensor, keys: Tensor, values: Tensor, barred: Tensor, memory: Tensor) -> Tensor:
        """barred bool[n, q or 1, w]: words that a query does not see; memory [n, positions, image width], not yet projected."""
        own = self.given.self_attn
        seen = _softmax(self._project(own, queries, 0) @ keys.transpose(2, 3), keys, barred) @ values
        x = self.given.norm1(queries + own.out_proj(seen.transpose(1, 2).flatten(2)))
        x = self.given.norm2(x + self._look(x, memory))
        return self.given.norm3(x + self.given.linear2(F.gelu(self.given.linear1(x))))

    def _project(self, attention: nn.MultiheadAttention, x: Tensor, part: int) -> Tensor:
        weight, bias = _part(attention, part)
        return F.linear(x, weight, bias).unflatten(2, (self.heads, -1)).transpose(1, 2)

    def _look(self, x: Tensor, memory: Tensor) -> Tensor:
        cross = self.given.multihead_attn
        seen = self.projection(memory)
        keys, values = self._project(cross, seen, 1), self._project(cross, seen, 2)
        found = _softmax(self._project(cross, x, 0) @ keys.transpose(2, 3), keys) @ values
        return cross.out_proj(found.transpose(1, 2).flatten(2))


class OneWordLayer(Layer):
    """The same for one query. It is taken to the memory instead of every position of the memory to it.

    With k = K(Pm + b) + c, a query's product with k is (KᵀPᵀq) · m and a number that all positions share, which a softmax does
    not see; the weights of the values sum to 1, so that their projection and bias come behind the sum. Exact, and for a memory of
    588 a hundredth of the work. K·P and V·P are made once, here.
    """

    def __init__(self, given: nn.TransformerDecoderLayer, projection: nn.Linear) -> None:
        super().__init__(given, projection)
        key, _ = _part(given.multihead_attn, 1)
        value, bias = _part(given.multihead_attn, 2)
        with torch.no_grad():
            seen, shift = projection.weight.double(), projection.bias.double()
            self.register_buffer("keys_of_memory", (key.double() @ seen).float().unflatten(0, (self.heads, -1)))
            self.register_buffer("values_of_memory", (value.double() @ seen).float())
            self.register_buffer("value_bias", (value.double() @ shift + bias.double()).float())

    def _look(self, x: Tensor, memory: Tensor) -> Tensor:
        cross = self.given.multihead_attn
        query = self._project(cross, x, 0)
        asked = (query @ self.keys_of_memory).squeeze(2)
        weights = _softmax(asked @ memory.transpose(1, 2), query)
        found = (weights @ memory).unsqueeze(2) @ self.values_of_memory.unflatten(0, (self.heads, -1)).transpose(1, 2)
        return cross.out_proj(found.transpose(1, 2).flatten(2) + self.value_bias)


def _part(attention: nn.MultiheadAttention, part: int) -> tuple[Tensor, Tensor]:
    """Weight and bias of the query (0), key (1) or value (2)."""
    return attention.in_proj_weight.chunk(3)[part], attention.in_proj_bias.chunk(3)[part]


def _softmax(products: Tensor, like: Tensor, barred: Tensor | None = None) -> Tensor:
    """Over the last dim, scaled by the width of a head, which is the last of `like`."""
    scores = products * like.shape[-1] ** -0.5
    if barred is not None:
        scores = scores.masked_fill(barred.unsqueeze(1), float("-inf"))
    return scores.softmax(-1)


class DecoderStep(nn.Module):
    """tokens int64[rows, length], token_count int64[rows], memory float32[rows, positions, image width] -> logits [rows, vocabulary].

    Of the last layer only the word is computed whose logits are wanted.
    """

    def __init__(self, textual: Textual) -> None:
        super().__init__()
        self.textual = textual
        *layers, last = textual.transformer.layers
        self.layers = nn.ModuleList(Layer(layer, textual.visual_projection) for layer in layers)
        self.last = OneWordLayer(last, textual.visual_projection)

    def forward(self, tokens: Tensor, token_count: Tensor, memory: Tensor) -> Tensor:
        words = self.textual.embedding(tokens)
        places = torch.arange(tokens.shape[1])
        padding = (places.unsqueeze(0) >= token_count.unsqueeze(1)).unsqueeze(1)
        future = (places.unsqueeze(0) > places.unsqueeze(1)).unsqueeze(0)
        for layer in self.layers:
            words = layer(words, *layer.keys(words), future, memory)
        wanted = (token_count - 1).view(-1, 1, 1).expand(-1, 1, words.shape[2])
        word = self.last(words.gather(1, wanted), *self.last.keys(words), padding, memory)
        return self.textual.output(word.squeeze(1))


class CachedStep(nn.Module):
    """As `DecoderStep` for the last token alone: tokens int64[rows, 1], past_keys and past_values [rows, layers, heads, past, …]."""

    def __init__(self, textual: Textual) -> None:
        super().__init__()
        self.textual = textual
        self.layers = nn.ModuleList(OneWordLayer(layer, textual.visual_projection) for layer in textual.transformer.layers)

    def forward(
        self, tokens: Tensor, token_count: Tensor, memory: Tensor, past_keys: Tensor, past_values: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        past = (token_count - 1).unsqueeze(1)
        words = self.textual.embedding(tokens, past)
        places = torch.arange(past_keys.shape[3])
        is_new = torch.zeros_like(tokens, dtype=torch.bool)
        barred = torch.cat([places.unsqueeze(0) >= past, is_new], dim=1).unsqueeze(1)
        new_keys, new_values = [], []
        for at, layer in enumerate(self.layers):
            keys, values = layer.keys(words)
            new_keys.append(keys)
            new_values.append(values)
            all_keys = torch.cat([past_keys[:, at], keys], dim=2)
            all_values = torch.cat([past_values[:, at], values], dim=2)
            words = layer(words, all_keys, all_values, barred, memory)
        return self.textual.output(words.squeeze(1)), torch.stack(new_keys, 1), torch.stack(new_values, 1)


def image_graph(network: Refers) -> onnx.ModelProto:
    side = network.plan.image_side
    pixels = torch.zeros(EXAMPLE_ROWS, 3, side, side, dtype=torch.uint8)
    return export(IMPORTER, ImageEncoder(network), {"pixels": (pixels, {0: ROWS})}, ["local", "global"])


def fusion_graph(network: Refers) -> onnx.ModelProto:
    plan = network.plan
    inputs = {
        "views_local": (torch.zeros(EXAMPLE_ROWS, VIEWS, plan.patches, plan.image_width), {0: ROWS}),
        "views_global": (torch.zeros(EXAMPLE_ROWS, VIEWS, plan.image_width), {0: ROWS}),
    }
    return export(IMPORTER, ViewFusion(network), inputs, ["memory", "global", "view_weights", "patch_weights"])


def decoder_graph(network: Refers) -> onnx.ModelProto:
    inputs = {
        "tokens": (torch.ones(EXAMPLE_ROWS, 7, dtype=torch.long), {0: ROWS, 1: "length"}),
        "token_count": (torch.full((EXAMPLE_ROWS,), 5), {0: ROWS}),
        "memory": (_memory(network.plan), {0: ROWS}),
    }
    return export(IMPORTER, DecoderStep(network.textual), inputs, ["logits"])


def cached_decoder_graph(network: Refers) -> onnx.ModelProto:
    plan = network.plan
    past = torch.zeros(EXAMPLE_ROWS, plan.layers, plan.heads, 7, plan.width // plan.heads)
    inputs = {
        "tokens": (torch.ones(EXAMPLE_ROWS, 1, dtype=torch.long), {0: ROWS}),
        "token_count": (torch.full((EXAMPLE_ROWS,), 5), {0: ROWS}),
        "memory": (_memory(plan), {0: ROWS}),
        "past_keys": (past, {0: ROWS, 3: "past"}),
        "past_values": (past.clone(), {0: ROWS, 3: "past"}),
    }
    return export(IMPORTER, CachedStep(network.textual), inputs, ["logits", "present_keys", "present_values"])


def _memory(plan: RefersPlan) -> Tensor:
    return torch.zeros(EXAMPLE_ROWS, plan.memory, plan.image_width)
