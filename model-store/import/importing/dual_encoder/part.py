"""A graph of the pack beside the module that it was exported from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from ..component import component
from ..export import export

ROWS, LENGTH = "rows", "length"
EXAMPLE_ROWS, EXAMPLE_LENGTH = 2, 7

Batch = Mapping[str, Tensor]


@dataclass(frozen=True)
class Part:
    """One component: `module` takes the inputs in their order and gives the outputs in theirs, rows first in all of them."""

    role: str
    module: nn.Module
    inputs: dict[str, tuple[Tensor, dict[int, str]]]
    """An example of each and the names of its free dims, `{0: ROWS}` at least."""
    outputs: list[str]
    max_batch: int
    extra: dict[str, Any] = field(default_factory=dict)
    """More for the manifest's entry, such as `remember_rows`."""
    kinds: dict[str, str] = field(default_factory=dict)
    """Of inputs and outputs whose kind is not their name."""
    batch: Batch | None = None
    """What graph and module are compared on; left out for pixels and tokens, which the goldens' films and texts give."""


def image_part(module: nn.Module, example: Tensor, outputs: list[str], max_batch: int = 16) -> Part:
    """`module`: an `ImageGraph`. `outputs`: `global`, or `global` and `local`."""
    return Part("image_encoder", module, {"pixels": (example, {0: ROWS})}, outputs, max_batch)


def text_part(role: str, module: nn.Module, outputs: list[str], max_batch: int = 64) -> Part:
    """`role`: `text_tokens` or `text_encoder`; `module` takes input_ids and attention_mask int64[rows, length]."""
    ids = torch.ones(EXAMPLE_ROWS, EXAMPLE_LENGTH, dtype=torch.long)
    symbols = {0: ROWS, 1: LENGTH}
    inputs = {"input_ids": (ids, symbols), "attention_mask": (torch.ones_like(ids), symbols)}
    return Part(role, module, inputs, outputs, max_batch, {"remember_rows": True})


def write_part(folder: Path, part: Part, importer: str) -> dict[str, Any]:
    """Exports `<role>.onnx`; the manifest's entry."""
    model = export(importer, part.module, part.inputs, part.outputs)
    return component(folder, part.role, model, part.kinds, max_batch=part.max_batch, **part.extra)


def write_graph(folder: Path, role: str, model: onnx.ModelProto, kinds: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A graph that is no module's, such as `similarity`."""
    return component(folder, role, model, kinds or {})


@torch.no_grad()
def compare(folder: Path, part: Part, batch: Batch) -> dict[str, float]:
    """Greatest differences of graph and module by output, all rows together and each alone.

    Of values above one the difference is by the greatest of them: vectors that no length was given can be of any.
    """
    session = onnxruntime.InferenceSession(folder / f"{part.role}.onnx")
    made = part.module(*(batch[name] for name in part.inputs))
    expected = [tensor.numpy() for tensor in ((made,) if isinstance(made, Tensor) else made)]
    together = _run(session, part, batch)
    differences = {f"{part.role}.{name}": _worst(a, b) for name, a, b in zip(part.outputs, together, expected, strict=True)}
    alone = 0.0
    for row in range(len(expected[0])):
        single, length = _row(batch, row)
        found = _run(session, part, single)
        for one, all_rows in zip(found, together, strict=True):
            kept = all_rows[row : row + 1]
            # What has a value a token has fewer of them alone.
            alone = max(alone, _worst(one, kept if kept.shape == one.shape else kept[:, :length]))
    return {**differences, f"{part.role} alone or in a batch": alone}


def _row(batch: Batch, row: int) -> tuple[dict[str, Tensor], int | None]:
    """One row by itself; a text without its padding, which must make no difference."""
    single = {name: value[row : row + 1] for name, value in batch.items()}
    if "attention_mask" not in single:
        return single, None
    length = int(single["attention_mask"].sum())
    return {name: value[:, :length] for name, value in single.items()}, length


def _run(session: onnxruntime.InferenceSession, part: Part, batch: Batch) -> list[np.ndarray]:
    return session.run(part.outputs, {name: batch[name].numpy() for name in part.inputs})


def _worst(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(found - expected).max() / max(1.0, float(np.abs(expected).max())))
