"""Graphs and files as `model.json` names them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx

DTYPES = {onnx.TensorProto.UINT8: "uint8", onnx.TensorProto.INT64: "int64", onnx.TensorProto.FLOAT: "float32"}


NO_KINDS: Mapping[str, str] = {}


def file_entry(folder: Path, path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"file": path.relative_to(folder).as_posix(), "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def component(folder: Path, role: str, model: onnx.ModelProto, kinds: Mapping[str, str] = NO_KINDS, **extra: Any) -> dict[str, Any]:
    """Writes `<role>.onnx`. A tensor's kind is its name unless `kinds` says another."""
    path = folder / f"{role}.onnx"
    onnx.save(model, path)
    tensors = {"inputs": _specs(model.graph.input, kinds), "outputs": _specs(model.graph.output, kinds)}
    return {**file_entry(folder, path), "precision": "fp32", **tensors, **extra}


def _specs(values: Any, kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": value.name,
            "dtype": DTYPES[value.type.tensor_type.elem_type],
            "dims": [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim],
            "kind": kinds.get(value.name, value.name),
        }
        for value in values
    ]
