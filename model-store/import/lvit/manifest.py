"""`model.json` of an imported LViT."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import onnx

from .plan import LVitPlan
from .words import FILL, FILL_BELOW_WORDS, MAX_LENGTH

REPOSITORY = "https://github.com/HUANGLIZI/LViT"
COMMIT = "a9b0b41"
CITATION = "Li Z. et al. LViT: Language meets Vision Transformer in Medical Image Segmentation. IEEE TMI 2023, arXiv:2206.14718."
DTYPES = {onnx.TensorProto.UINT8: "uint8", onnx.TensorProto.INT64: "int64", onnx.TensorProto.FLOAT: "float32"}


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
    structures: list[dict[str, Any]]
    known_phrases: list[str] = field(default_factory=list)
    """A text without any of them is answered with a warning; none: no text is."""


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
    identity: Identity, plan: LVitPlan, components: dict[str, Any], files: list[dict[str, Any]], goldens: list[dict[str, Any]]
) -> dict[str, Any]:
    resize = {"op": "resize", "mode": "exact", "size": plan.image_side, "interpolation": "linear"}
    known = {"known": {"phrases": identity.known_phrases}} if identity.known_phrases else {}
    return {
        "schema": 1, "name": identity.name, "version": identity.version, "family": "segmentation",
        "tasks": ["segmentations"], "title": identity.title,
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
            # Channels are turned to BGR and divided by 255 inside the graph, so that films cross the process border as bytes.
            "steps": [resize, {"op": "channels", "count": 3}],
            "dicom": {"window": "voi", "invert_monochrome1": True},
        },
        "text": {
            "fill": {"below_words": FILL_BELOW_WORDS, "with": FILL}, "clean": "first-line",
            "tokenizer": "tokenizer.json", "lowercase": True, "max_length": MAX_LENGTH,
            "padding": "longest", "truncation": "right", "pad_id": 0,
        },
        "text_post": {"merge": "mean_pieces", "drop": ["cls", "sep"], "words": plan.words, "on_short": "error"},
        "segmentation": {"threshold": 0.5, "structures": identity.structures, **known},
        "goldens": goldens,
    }
