"""The graph of the role `outlier`: from what a pack's image encoder gives of a film to its score."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.export import Dim

from ..cxr_align.export import write_graph
from ..cxr_align.parity import session
from .score import OutlierScore, spread_of

NAME = "outlier.onnx"
BLOCK = 16
KINDS = {"dual-encoder": ("global", "local"), "report": ("global", "local"), "segmentation": ("features_4", "features_5")}
"""What is read, by family: a dual encoder's vector and cells, a segmenter's two coarsest levels."""


def row_of(kind: str, value: Tensor) -> Tensor:
    """What one output says of a film: a vector as it is; of cells [n, cells, width] or [n, width, h, w] their mean and spread."""
    if kind == "global":
        return value
    return spread_of(value if value.ndim == 3 else value.flatten(2).transpose(1, 2))


MARGINS = {"dual-encoder": 1.5, "report": 1.5, "segmentation": 1.1}
"""The limit over what one in a hundred of validation's films exceeds: films of a hospital that training never saw lie higher."""


class OutlierGraph(nn.Module):
    def __init__(self, kinds: tuple[str, ...], score: OutlierScore) -> None:
        super().__init__()
        self.kinds, self.score = kinds, score

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        return self.score.of_rows(torch.cat([row_of(kind, value) for kind, value in zip(self.kinds, (first, second), strict=True)], -1))


@dataclass
class Encoder:
    """A pack's image encoder, and which of its outputs the score reads."""

    family: str
    outputs: list[dict[str, object]]
    run: Callable[[np.ndarray], list[np.ndarray]]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(str(output["kind"]) for output in self.outputs)

    def rows(self, films: np.ndarray) -> np.ndarray:
        """uint8 [n, SIZE, SIZE] to float32 [n, told_by]."""
        parts = []
        for at in range(0, len(films), BLOCK):
            values = self.run(films[at : at + BLOCK])
            parts.append(torch.cat([row_of(kind, torch.from_numpy(value)) for kind, value in zip(self.kinds, values, strict=True)], -1).numpy())
        return np.concatenate(parts)


def open_encoder(pack: Path) -> Encoder:
    manifest = json.loads((pack / "model.json").read_text())
    component = manifest["components"]["image_encoder"]
    outputs = [output for kind in KINDS[manifest["family"]] for output in component["outputs"] if output["kind"] == kind]
    graph = session(pack / component["file"])
    names = [output["name"] for output in outputs]
    return Encoder(manifest["family"], outputs, lambda films: graph.run(names, {component["inputs"][0]["name"]: np.ascontiguousarray(films[:, None])}))


def export(encoder: Encoder, score: OutlierScore, some: np.ndarray, out: Path) -> None:
    """Writes the graph and refuses one that differs from PyTorch. `some`: films, uint8 [n, SIZE, SIZE]."""
    inputs = tuple(torch.from_numpy(value) for value in encoder.run(some))
    module = OutlierGraph(encoder.kinds, score)
    rows = Dim("n", max=4096)
    names = [str(output["name"]) for output in encoder.outputs]
    write_graph(module, inputs, names, ["score"], ({0: rows}, {0: rows}), out)
    found = session(out).run(None, dict(zip(names, (value.numpy() for value in inputs), strict=True)))[0]
    difference = float(np.abs(found - module(*inputs).detach().numpy()).max())
    if difference > 1e-4:
        raise ValueError(f"the graph differs from PyTorch by {difference}")
