"""`model.json` of an imported REFERS."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx

from .plan import VIEWS, RefersPlan

REPOSITORY = "https://github.com/funnyzhou/REFERS"
COMMIT = "df7e83e"
CITATION = "Zhou H.-Y. et al. Generalized radiograph representation learning via cross-supervision between images and free-text radiology reports. Nature Machine Intelligence 2022, arXiv:2111.03452."
DTYPES = {onnx.TensorProto.UINT8: "uint8", onnx.TensorProto.INT64: "int64", onnx.TensorProto.FLOAT: "float32"}
BEAMS, STEPS = 5, 30
"""The search that the released code means to do, with the last token barred from coming again."""


@dataclass(frozen=True)
class Identity:
    """What only the owner of a checkpoint knows about it."""

    name: str
    version: str
    title: str
    source: dict[str, str]
    weights_licence: str
    commercial_use: bool | str
    intended_use: str
    not_for: str
    limitations: list[str]


def file_entry(folder: Path, path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"file": path.relative_to(folder).as_posix(), "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def component(folder: Path, role: str, model: onnx.ModelProto, **extra: Any) -> dict[str, Any]:
    """Writes `<role>.onnx`. A tensor's kind is its name."""
    path = folder / f"{role}.onnx"
    onnx.save(model, path)
    tensors = {"inputs": _specs(model.graph.input), "outputs": _specs(model.graph.output)}
    return {**file_entry(folder, path), "precision": "fp32", **tensors, **extra}


def _specs(values: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": value.name,
            "dtype": DTYPES[value.type.tensor_type.elem_type],
            "dims": [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim],
            "kind": value.name,
        }
        for value in values
    ]


def manifest(
    identity: Identity, plan: RefersPlan, components: dict[str, Any], files: list[dict[str, Any]], goldens: list[dict[str, Any]]
) -> dict[str, Any]:
    tokenizer = next(entry for entry in files if entry["file"] == "tokenizer.json")
    resize = {"op": "resize", "mode": "exact", "size": plan.image_side, "interpolation": "linear"}
    return {
        "schema": 1, "name": identity.name, "version": identity.version, "family": "report", "tasks": ["reports"],
        "title": identity.title,
        "source": identity.source,
        "licence": {
            "code": "Apache-2.0 (graphs restated by radserve's importer); the published network's own code is MIT",
            "weights": identity.weights_licence, "gated": False, "commercial_use": identity.commercial_use,
        },
        "citation": CITATION,
        "intended_use": identity.intended_use, "not_for": identity.not_for, "limitations": identity.limitations,
        "evaluation": [],
        "components": components,
        "files": files,
        "image": {
            # Channels are turned to BGR and normalised inside the graph, so that films cross the process border as bytes.
            "steps": [resize, {"op": "channels", "count": 3}],
            "dicom": {"window": "voi", "invert_monochrome1": True},
        },
        "views": {"max": VIEWS, "fusion": "graph", "fill": "repeat", "order": "as_given"},
        "generation": {
            "tokenizer": tokenizer, "bos": plan.begin, "eos": plan.end, "pad": plan.pad, "unk": plan.pad,
            "max_tokens": plan.positions,
            "defaults": {"method": "beam", "beams": BEAMS, "forbid_repeat_last": True, "max_tokens": min(STEPS, plan.positions)},
        },
        "goldens": goldens,
    }
