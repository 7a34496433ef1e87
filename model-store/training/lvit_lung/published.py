"""The weights of a published pack as the start of another training."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from .batches import TEXTS_PER_FILM, Batch
from .export import finished
from .model import LVitLung

# What a graph's own names lack in front, because it was exported from a part of the model.
PREFIXES = {"image.onnx": "", "segmenter.onnx": "", "text.onnx": "text."}


def published_weights(pack: Path) -> dict[str, Tensor]:
    """The state of `finished` by name. Linear layers lost theirs at export, but not those of their biases."""
    found: dict[str, Tensor] = {}
    for file, prefix in PREFIXES.items():
        graph = onnx.load(pack / file).graph
        arrays = {value.name: torch.from_numpy(numpy_helper.to_array(value).copy()) for value in graph.initializer}
        makers = {output: node for node in graph.node for output in node.output}
        full = {name: array.float() if array.is_floating_point() else array for name, array in arrays.items()}
        found |= {prefix + name.removesuffix(".half"): array for name, array in full.items()}
        for node in graph.node:
            bias = next((name for name in node.input if name.removesuffix(".half").endswith(".bias")), None)
            product = next((makers[name] for name in node.input if name in makers and makers[name].op_type == "MatMul"), None)
            if node.op_type == "Add" and bias is not None and product is not None:
                weight = stored(product.input[1], full, makers)
                found[prefix + bias.removesuffix(".half").removesuffix("bias") + "weight"] = weight.T.contiguous()
    return found


def stored(name: str, arrays: dict[str, Tensor], makers: dict[str, onnx.NodeProto]) -> Tensor:
    """The array behind a name, through the cast from half that stands before it."""
    return arrays[name] if name in arrays else stored(makers[name].input[0], arrays, makers)


def start_from(model: LVitLung, pack: Path, batch: Batch) -> None:
    """Give a fresh model the pack's weights. Export folded the batch norms; each gets back what undoes it on this batch."""
    plain = finished(model)
    weights = published_weights(pack)
    state = {name: weights[name].reshape(value.shape) for name, value in plain.state_dict().items()}
    plain.load_state_dict(state)
    own = model.state_dict()
    own.update({name: value for name, value in state.items() if name in own and not is_folded(plain, name)})
    model.load_state_dict(own)
    hooks = [module.register_forward_pre_hook(open_norm(plain.get_submodule(name)[0])) for name, module in folded(model)]
    with torch.no_grad():
        model.eval()(batch.films, batch.input_ids, batch.attention_mask, TEXTS_PER_FILM)
    for hook in hooks:
        hook.remove()


def folded(model: nn.Module) -> list[tuple[str, nn.Sequential]]:
    """Convolutions that hold their norm after export, in the order in which they run."""
    return [(name, module) for name, module in model.named_modules() if isinstance(module, nn.Sequential) and len(module) == 2 and isinstance(module[1], nn.BatchNorm1d | nn.BatchNorm2d)]


def is_folded(model: nn.Module, name: str) -> bool:
    """Whether a weight belongs to such a convolution."""
    owner = model.get_submodule(name.rsplit(".", 2)[0]) if name.count(".") > 1 else model
    return isinstance(owner, nn.Sequential) and len(owner) == 2 and isinstance(owner[1], nn.Identity)


def open_norm(source: nn.Module):
    """Sets a convolution to the folded one without its bias, and its norm to statistics of what it is about to read."""

    def open_one(module: nn.Sequential, inputs: tuple[Tensor, ...]) -> None:
        convolution, norm = module
        convolution.weight.copy_(source.weight)
        values = convolution(inputs[0])
        axes = [axis for axis in range(values.ndim) if axis != 1]
        mean, variance = values.mean(axes), values.var(axes, unbiased=False)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.copy_(mean + source.bias)

    return open_one
