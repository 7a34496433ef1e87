"""The weights of a finished pack back into the modules, to train on from: `--from PACK`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import Tensor, nn

from .batches import TEXTS_PER_FILM, Batches
from .convolutions import ConvNorm
from .grammar import ODDS
from .model import LVitLung
from .text_encoder import waves
from .tokenizer import UNKNOWN_ID, read_tokenizer
from .transformer import TokenNorm

# Graph and the prefix that its weights' names lack in the model.
GRAPHS = {"image.onnx": "", "text.onnx": "text.", "segmenter.onnx": ""}
MEASURED_BATCHES = 8
NEARNESS = 0.02
# Of a filter as PyTorch draws it.
FRESH_LENGTH = 3**-0.5
FAINT = 0.2


def graph_weights(path: Path, prefix: str) -> dict[str, Tensor]:
    """Weights by the model's names. Export turns a linear layer's matrix and forgets its name: the bias that is added next tells it."""
    graph = onnx.load(path).graph
    stored = {value.name: numpy_helper.to_array(value) for value in graph.initializer}
    casts = {node.output[0]: stored[node.input[0]].astype(np.float32) for node in graph.node if node.op_type == "Cast" and node.input[0] in stored}
    stored |= casts
    found = {name: value for name, value in stored.items() if name.rsplit(".", 1)[-1] in ("weight", "bias", "place", "position")}
    products = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "MatMul" and node.input[1] in stored}
    for node in graph.node:
        if node.op_type == "Add":
            product, bias = (next((name for name in node.input if name in names), None) for names in (products, found))
            if product and bias:
                found[bias.removesuffix("bias") + "weight"] = stored[products[product]].T
    return {prefix + name: torch.from_numpy(np.array(value, np.float32)) for name, value in found.items()}


def embedding(before: Tensor, old: Tokenizer, new: Tokenizer) -> Tensor:
    """Rows for the new vocabulary: by the word where it was known, else near the unknown word's."""
    known = old.get_vocab()
    rows = before[UNKNOWN_ID] + NEARNESS * torch.randn(new.get_vocab_size(), before.shape[1])
    for word, at in new.get_vocab().items():
        if word in known:
            rows[at] = before[known[word]]
    return rows


def put(model: LVitLung, weights: dict[str, Tensor]) -> None:
    """Every weight into its place; the folded bias of a convolution waits in its norm."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            owner, field = name.rsplit(".", 1)
            holder = model.get_submodule(owner.rsplit(".", 1)[0]) if owner.endswith((".0", ".1")) else None
            if isinstance(holder, ConvNorm | TokenNorm) and owner.endswith(".1"):
                if field == "bias":
                    value.copy_(weights[owner.removesuffix("1") + "0.bias"])
                continue
            value.copy_(weights[name])


def unfold(model: LVitLung, batches: Batches) -> None:
    """Give every norm the statistics that it meets, and the scale and bias that undo them: the outputs stay, and training can go on.

    Filters get the length that fresh ones have, so that a step changes them as much; their norm's scale takes it back.
    """
    hooks, lengths = [], {}

    def measure(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        level = inputs[0].transpose(0, 1).flatten(1)
        norm.running_mean.copy_(level.mean(1))
        norm.running_var.copy_(level.var(1))
        norm.weight.copy_((norm.running_var + norm.eps).sqrt() * lengths[norm])
        norm.bias.add_(norm.running_mean * lengths[norm])

    for module in model.modules():
        if isinstance(module, ConvNorm | TokenNorm):
            filters = module[0].weight.data.flatten(1)
            lengths[module[1]] = filters.norm(dim=1).clamp(min=1e-6) / FRESH_LENGTH
            filters.div_(lengths[module[1]][:, None])
            hooks.append(module[1].register_forward_pre_hook(measure))
    drawn = [batches.draw(np.random.default_rng(at)) for at in range(MEASURED_BATCHES)]
    texts = batches.texts(np.random.default_rng(MEASURED_BATCHES), MEASURED_BATCHES * batches.count * TEXTS_PER_FILM, ODDS)
    with torch.no_grad():
        model.eval()(torch.cat([batch.films for batch in drawn]), texts.input_ids, texts.attention_mask, TEXTS_PER_FILM)
    for hook in hooks:
        hook.remove()


def load_pack(model: LVitLung, pack: Path, batches: Batches) -> None:
    """Overwrite `model` with what `pack` holds. Faint places of words, as those of 1.0.0, are made plain: the one thing that changes what is read."""
    weights = {name: value for file, prefix in GRAPHS.items() for name, value in graph_weights(pack / file, prefix).items()}
    weights["text.words.weight"] = embedding(weights["text.words.weight"], read_tokenizer(pack / "tokenizer.json"), batches.tokenizer)
    if weights["text.position"].std() < FAINT:
        weights["text.position"] += waves()
    put(model, weights)
    unfold(model, batches)
