"""The weight-free graphs of `model-store/graphs`, which score films against texts by their local features."""

from __future__ import annotations

from pathlib import Path

import onnx

GRAPHS = Path(__file__).parents[2] / "graphs"


def similarity_graph(name: str) -> onnx.ModelProto:
    """`gloria`, `mgca` or `cosine-grid`."""
    return onnx.load(GRAPHS / f"similarity-{name}.onnx")
