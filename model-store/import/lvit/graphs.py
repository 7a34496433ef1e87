"""The two graphs of the pack: `text_tokens` and `segmenter`, in the service's own units."""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from .bert import TokenRows
from .network import LViT

OPSET = 18
ROWS, LENGTH = "rows", "length"
EXAMPLE_ROWS, EXAMPLE_LENGTH = 2, 7


class Segmenter(nn.Module):
    """pixels uint8[rows, 3, side, side] in RGB, words float32[rows, words, text_dims] -> probabilities float32[rows, 1, side, side].

    The original reads films with OpenCV, so the network's channels are BGR; it divides by 255 and does nothing else.
    """

    def __init__(self, network: LViT) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor, words: Tensor) -> Tensor:
        return self.network(pixels[:, [2, 1, 0]].float() / 255, words)


def segmenter_graph(network: LViT) -> onnx.ModelProto:
    plan = network.plan
    pixels = torch.zeros(EXAMPLE_ROWS, 3, plan.image_side, plan.image_side, dtype=torch.uint8)
    words = torch.zeros(EXAMPLE_ROWS, plan.words, plan.text_dims)
    return _graph(Segmenter(network), {"pixels": pixels, "words": words}, "probabilities", {0: ROWS})


def text_graph(bert: TokenRows) -> onnx.ModelProto:
    ids = torch.ones(EXAMPLE_ROWS, EXAMPLE_LENGTH, dtype=torch.long)
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    return _graph(bert, inputs, "tokens", {0: ROWS, 1: LENGTH})


def _graph(module: nn.Module, inputs: dict[str, Tensor], output: str, symbols: dict[int, str]) -> onnx.ModelProto:
    program = torch.onnx.export(
        module.eval(), tuple(inputs.values()), dynamo=True, input_names=list(inputs), output_names=[output],
        dynamic_shapes=tuple(symbols for _ in inputs), opset_version=OPSET, verbose=False,
    )
    # Through a file: weights can be of any size there, and the exporter's proto keeps them outside itself.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.onnx"
        program.save(path, external_data=False)
        model = onnx.load(path)
    _strip(model)
    onnx.checker.check_model(model, full_check=True)
    return model


def _strip(model: onnx.ModelProto) -> None:
    """Stack traces of the exporting machine are of no use to a pack."""
    graph = model.graph
    for node in graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in [*graph.value_info, *graph.input, *graph.output, *graph.initializer]:
        del value.metadata_props[:]
    del graph.metadata_props[:]
    del model.metadata_props[:]
    model.producer_name, model.doc_string = "radserve import lvit", ""
