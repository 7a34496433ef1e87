"""The trained model as ONNX graphs: batch norm folded, weights stored in half, computed in full."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.export import Dim
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ..corpus.films import SIZE
from .image_encoder import ConvNorm
from .model import CxrAlign
from .similarity import LocalSimilarity, Prototypes
from .tokenizer import MAX_LENGTH

OPSET = 18
SMALLEST_HALF = 256


def finished(model: CxrAlign) -> CxrAlign:
    """A copy whose convolutions hold their batch norm and whose weights are exact in half precision.

    Everything after training (evaluation, goldens, graphs) uses this copy, so storing halves loses nothing.
    """
    model = copy.deepcopy(model).eval()
    for module in model.modules():
        if isinstance(module, ConvNorm):
            module[0] = fuse_conv_bn_eval(module[0], module[1])
            module[1] = nn.Identity()
    for value in model.parameters():
        if value.numel() >= SMALLEST_HALF:
            value.data = value.data.half().float().contiguous()
    return model


def store_halves(path: Path) -> None:
    """Keep large weights as float16 and cast them to float32 where the graph begins."""
    graph_file = onnx.load(path)
    graph = graph_file.graph
    casts = []
    for weight in list(graph.initializer):
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < SMALLEST_HALF:
            continue
        full = numpy_helper.to_array(weight)
        half = full.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), full):
            continue
        name = weight.name
        graph.initializer.remove(weight)
        graph.initializer.append(numpy_helper.from_array(half, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], name=f"cast.{name}", to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    del graph.value_info[:]
    graph_file.producer_name, graph_file.doc_string = "radserve training", ""
    for node in graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.checker.check_model(graph_file)
    onnx.save(graph_file, path)


def write_graph(module: nn.Module, inputs: tuple[Tensor, ...], names: list[str], outputs: list[str], shapes: object, path: Path) -> None:
    program = torch.onnx.export(
        module.eval(), inputs, dynamo=True, opset_version=OPSET, input_names=names, output_names=outputs, dynamic_shapes=shapes, verbose=False
    )
    program.save(str(path), external_data=False)
    store_halves(path)


class ImageGraph(nn.Module):
    def __init__(self, model: CxrAlign) -> None:
        super().__init__()
        self.image = model.image

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        return self.image(pixels)


def export_all(model: CxrAlign, centres: Tensor, out: Path) -> None:
    """Write the four graphs of the pack; `model` comes from `finished`."""
    out.mkdir(parents=True, exist_ok=True)
    images, texts, words, rows = Dim("images", max=4096), Dim("texts", max=4096), Dim("words", max=512), Dim("n", max=65536)
    pixels = torch.randint(0, 255, (3, 1, SIZE, SIZE), dtype=torch.uint8)
    write_graph(ImageGraph(model), (pixels,), ["pixels"], ["global", "local"], ({0: rows},), out / "image.onnx")
    ids = torch.randint(4, 200, (3, 17))
    length = Dim("length", min=2, max=MAX_LENGTH)
    write_graph(
        model.text, (ids, torch.ones_like(ids)), ["input_ids", "attention_mask"], ["global", "tokens"],
        ({0: rows, 1: length}, {0: rows, 1: length}), out / "text.onnx",
    )
    size = model.image.to_local.out_features
    local = LocalSimilarity()
    write_graph(
        local, (torch.randn(3, 100, size), torch.randn(5, 7, size), torch.ones(5, 7)), ["cells", "words", "word_mask"], ["score", "maps"],
        ({0: images}, {0: texts, 1: words}, {0: texts, 1: words}), out / "similarity.onnx",
    )
    write_graph(Prototypes(centres), (torch.randn(3, size),), ["global"], ["probabilities"], ({0: rows},), out / "prototypes.onnx")
