"""Graphs of any size as files: weights stay where they are until they are written, and lie beside a large graph."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx.external_data_helper import load_external_data_for_model
from torch import Tensor, nn
from torch.export import Dim

from .component import DTYPES
from .export import OPSET, _strip

LARGEST_INSIDE_BYTES = 2**30
"""Weights of more bytes get a file of their own; a graph in one piece ends at 2 GiB."""


@dataclass(frozen=True)
class Port:
    """An input or output. Dims are sizes or symbols; the first is `rows`."""

    name: str
    kind: str
    dims: Sequence[int | str]
    example: Tensor | None = None
    """Of inputs."""


def export_file(
    importer: str, module: nn.Module, inputs: Sequence[Port], outputs: Sequence[Port], path: Path, multiples: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """Writes the graph and gives its component of `model.json`. `multiples`: what a symbol's size is a multiple of."""
    sizes = {symbol: factor * Dim(f"{symbol}_units") if factor > 1 else Dim(symbol) for symbol, factor in (multiples or {}).items()}
    free = tuple({at: sizes.get(dim, dim) for at, dim in enumerate(port.dims) if isinstance(dim, str)} for port in inputs)
    program = torch.onnx.export(
        module.eval(), tuple(port.example for port in inputs), dynamo=True, input_names=[port.name for port in inputs],
        output_names=[port.name for port in outputs], dynamic_shapes=free, opset_version=OPSET, verbose=False,
    )
    program.save(path, external_data=True)
    model = onnx.load(path, load_external_data=False)
    _strip(model)
    model.producer_name = f"radserve import {importer}"
    _name_dims(model.graph.input, inputs)
    _name_dims(model.graph.output, outputs)
    del model.graph.value_info[:]
    weights = path.with_name(f"{path.name}.data")
    is_inside = not weights.is_file() or weights.stat().st_size <= LARGEST_INSIDE_BYTES
    if is_inside and weights.is_file():
        load_external_data_for_model(model, str(path.parent))
        weights.unlink()
    onnx.save(model, path)
    # By its path: a graph with weights beside it cannot be checked otherwise.
    onnx.checker.check_model(str(path))
    beside = {} if is_inside else {"external_data": [large_file_entry(path.parent, weights)]}
    dtypes = {value.name: DTYPES[value.type.tensor_type.elem_type] for value in [*model.graph.input, *model.graph.output]}
    return {
        **large_file_entry(path.parent, path), **beside, "precision": "fp32",
        "inputs": [_spec(port, dtypes) for port in inputs], "outputs": [_spec(port, dtypes) for port in outputs],
    }


def large_file_entry(folder: Path, path: Path) -> dict[str, Any]:
    """As `file_entry`, without the file in memory."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"file": path.relative_to(folder).as_posix(), "sha256": digest, "bytes": path.stat().st_size}


def _spec(port: Port, dtypes: Mapping[str, str]) -> dict[str, Any]:
    return {"name": port.name, "dtype": dtypes[port.name], "dims": list(port.dims), "kind": port.kind}


def _name_dims(values: Any, ports: Sequence[Port]) -> None:
    """The exporter writes `8*h_units` where a symbol is meant. Throws `ValueError` where it has other sizes than were said."""
    for value, port in zip(values, ports, strict=True):
        dims = value.type.tensor_type.shape.dim
        for dim, said in zip(dims, port.dims, strict=True):
            if isinstance(said, str):
                dim.dim_param = said
            elif dim.dim_value != said:
                raise ValueError(f"The exporter gives {value.name} {[d.dim_param or d.dim_value for d in dims]}, not {list(port.dims)}.")
