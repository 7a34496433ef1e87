"""Writes the weight-free graphs of the dual encoder beside this file: python model-store/graphs/build.py"""

from __future__ import annotations

from pathlib import Path

import onnx
import onnx.parser

import prototypes
import similarity

GRAPHS = {
    "similarity-gloria": similarity.gloria,
    "similarity-mgca": similarity.mgca,
    "similarity-mgca-weighted": similarity.mgca_weighted,
    "similarity-cosine-grid": similarity.cosine_grid,
    "prototypes": lambda: prototypes.GRAPH,
}


def graph(name: str) -> onnx.ModelProto:
    """One of `GRAPHS`, checked, with inferred shapes checked too."""
    model = onnx.parser.parse_model(GRAPHS[name]())
    onnx.checker.check_model(model, full_check=True)
    return model


def main() -> None:
    folder = Path(__file__).parent
    for name in GRAPHS:
        path = folder / f"{name}.onnx"
        onnx.save(graph(name), path)
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
