"""A module as an ONNX graph, checked and without traces of the machine that exported it."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

OPSET = 18


def export(importer: str, module: nn.Module, inputs: dict[str, tuple[Tensor, dict[int, str]]], outputs: list[str]) -> onnx.ModelProto:
    """`inputs`: an example of each, and the names of its dims that are free."""
    with _quiet():
        program = torch.onnx.export(
            module.eval(), tuple(example for example, _ in inputs.values()), dynamo=True, input_names=list(inputs),
            output_names=outputs, dynamic_shapes=tuple(symbols for _, symbols in inputs.values()), opset_version=OPSET, verbose=False,
        )
    # Through a file: weights can be of any size there, and the exporter's proto keeps them outside itself.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.onnx"
        program.save(path, external_data=False)
        model = onnx.load(path)
    _strip(model)
    model.producer_name = f"radserve import {importer}"
    onnx.checker.check_model(model, full_check=True)
    return model


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter warns of packages that are not there and of its own deprecations; what it made is checked afterwards."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


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
    model.doc_string = ""
