"""The weight-free graphs of `model-store/graphs`, which score films against texts by their local features."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import onnx

GRAPHS = Path(__file__).parents[2] / "graphs"


def prototypes_graph(matrix: np.ndarray) -> onnx.ModelProto:
    """`matrix`: float32[count, dims] of unit rows, which becomes a weight of the graph. Its input `vectors` is of kind `global`."""
    spec = spec_from_file_location("radserve_prototypes", GRAPHS / "prototypes.py")
    module = module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    bound: onnx.ModelProto = module.with_prototypes(onnx.load(GRAPHS / "prototypes.onnx"), matrix)
    onnx.checker.check_model(bound, full_check=True)
    return bound


def similarity_graph(name: str) -> onnx.ModelProto:
    """`gloria`, `mgca`, `mgca-weighted` or `cosine-grid`."""
    return onnx.load(GRAPHS / f"similarity-{name}.onnx")
