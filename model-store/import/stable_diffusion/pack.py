"""A loaded checkpoint becomes a pack: goldens, graphs, manifest, in a folder that appears whole."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from importing.component import file_entry
from importing.draft import PackError, write_whole
from importing.identity import Identity

from .goldens import goldens
from .graphs import Graph, graphs
from .manifest import Settings, manifest
from .model import Model

GRAPH_TOLERANCE = 1e-4
"""Greatest difference of a graph's value from the framework's, as a share of the greatest value where that is above one."""
CASES = [(1, (1, 2), 1), (2, (2, 1), 2)]
"""Rows, sides in multiples of the least, seed."""


def write_pack(folder: Path, model: Model, identity: Identity, settings: Settings) -> dict[str, float]:
    """
    The greatest difference between each graph and PyTorch. Throws `PackError`; a failed pack leaves nothing. The model has no
    weights after it: they are given up as the graphs are written.
    """
    return write_whole(folder, lambda draft: _write(draft, model, identity, settings))


def _write(folder: Path, model: Model, identity: Identity, settings: Settings) -> dict[str, float]:
    model.words.tokenizer.save(str(folder / "tokenizer.json"))
    made = goldens(model, settings)
    # What is not a number would be written as JSON that no one can read.
    if not all(math.isfinite(golden.get("mean", 0)) for golden in made):
        raise PackError("PyTorch itself makes no picture of numbers with these weights.")
    whole = {"files": [file_entry(folder, folder / "tokenizer.json")], "goldens": made}
    cases = [(graph, [_expected(model, graph, case) for case in CASES]) for graph in graphs(model)]
    components, differences = {}, {}
    for graph, expected in cases:
        components[graph.role] = graph.write(folder)
        if graph.is_last_of_weights:
            # What the graph's file holds now; a U-Net and its session need not be in memory together.
            graph.module.to_empty(device="meta")
        differences[graph.role] = compare(folder / graph.file, expected)
    content = manifest(identity, settings, model, components, **whole)
    (folder / "model.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    # Not `max(…) >`: a NaN is above nothing.
    if not all(value <= GRAPH_TOLERANCE for value in differences.values()):
        raise PackError(f"The graphs differ from the framework by {differences}.")
    return differences


Expected = tuple[dict[str, np.ndarray], np.ndarray]


@torch.no_grad()
def _expected(model: Model, graph: Graph, case: tuple[int, tuple[int, int], int]) -> Expected:
    rows, sides, seed = case
    least = 2**model.denoiser.plan.halvings
    inputs = graph.examples(rows, (sides[0] * least, sides[1] * least), seed)
    return {name: value.numpy() for name, value in inputs.items()}, graph.module(*inputs.values()).numpy()


def compare(path: Path, cases: list[Expected]) -> float:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(path, options)
    worst = 0.0
    for inputs, expected in cases:
        (found,) = session.run(None, inputs)
        worst = np.maximum(worst, np.abs(found - expected).max() / max(1, np.abs(expected).max()))
    return float(worst)
