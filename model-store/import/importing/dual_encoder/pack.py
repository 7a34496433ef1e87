"""A two-tower system becomes a pack: graphs, tokenizer, goldens, manifest, in a folder that appears whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from tokenizers import Tokenizer

from .. import films as drawn_films
from ..component import file_entry
from ..draft import PackError, write_whole
from ..identity import Identity, head
from ..preparing import golden_film, pixels, read_film
from .framework import Framework
from .goldens import Answers, ask, goldens
from .part import Batch, Part, compare, write_graph, write_part

GRAPH_TOLERANCE = 1e-4
"""Greatest difference of a graph from the framework."""

TASKS = ("embeddings", "similarities", "classifications")

DRAWN = {1: (300, 260), 2: (224, 280)}
"""Width and height in pixels of the films that are drawn where none are given, by seed."""

PADDING = 2
"""Tokens by which texts are padded too far when graphs are compared: the mask must make them void."""


@dataclass(frozen=True)
class DualEncoder:
    """What a system's importer has made of a checkpoint."""

    system: str
    framework: Framework
    parts: Sequence[Part]
    sections: dict[str, Any]
    """Of the manifest: `image`, `text`, `text_post`, `score`, and those of `zero_shot`, `maps`, ... that there are."""
    tokenizer: Tokenizer | None
    texts: Sequence[str]
    """Those that become goldens, no two alike."""
    citation: str
    graphs: dict[str, onnx.ModelProto] = field(default_factory=dict)
    """More components by role, such as `similarity` of `model-store/graphs`."""
    graph_kinds: dict[str, dict[str, str]] = field(default_factory=dict)
    tasks: Sequence[str] = TASKS


def write_pack(folder: Path, model: DualEncoder, identity: Identity, films: Sequence[Path] = ()) -> dict[str, float]:
    """Returns the greatest differences between graphs and framework. Throws `PackError`; a failed pack leaves nothing.

    `films`: those that become goldens, which must be free to be given away; none: films drawn from a seed.
    """
    return write_whole(folder, lambda draft: _write(draft, model, identity, films))


def _write(folder: Path, model: DualEncoder, identity: Identity, films: Sequence[Path]) -> dict[str, float]:
    given = [read_film(path) for path in films] or [drawn_films.draw(seed, *size) for seed, size in DRAWN.items()]
    kept = _keep(folder, given, model.sections["image"]["steps"])
    answers = ask(model.framework, kept, model.texts)
    components, differences = {}, {}
    for part in model.parts:
        components[part.role] = write_part(folder, part, model.system)
        differences |= compare(folder, part, _batch(part, kept, answers))
        worst = max(differences.values())
        if not worst <= GRAPH_TOLERANCE:
            raise PackError(f"The graphs differ from the framework by {differences}.")
    for role, graph in model.graphs.items():
        components[role] = write_graph(folder, role, graph, model.graph_kinds.get(role))
    paths = [folder / name for name in kept]
    if model.tokenizer is not None:
        model.tokenizer.save(str(folder / "tokenizer.json"))
        paths.append(folder / "tokenizer.json")
    manifest = {
        **head(identity, "dual-encoder", list(model.tasks), model.citation),
        "components": components, "files": [file_entry(folder, path) for path in paths],
        **model.sections, "goldens": goldens(model.framework, answers),
    }
    (folder / "model.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return differences


def _keep(folder: Path, films: Sequence[np.ndarray], steps: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Writes the goldens' films; their pixels by file, taken from what was written."""
    kept = {}
    for number, film in enumerate(films, 1):
        made = golden_film(film, steps)
        name = f"goldens/film-{number}.png"
        # OpenCV writes the channels of colour in the other order.
        drawn_films.write(folder / name, made if made.ndim == 2 else made[:, :, ::-1])
        kept[name] = pixels(read_film(folder / name), steps)
    return kept


def _batch(part: Part, films: dict[str, np.ndarray], answers: Answers) -> Batch:
    if part.batch is not None:
        return part.batch
    if "pixels" in part.inputs:
        return {"pixels": torch.from_numpy(np.stack(list(films.values())))}
    ids = [made.ids for made in answers.texts.values()]
    length = max(map(len, ids)) + PADDING
    rows = [[*row, *[0] * (length - len(row))] for row in ids]
    masks = [[1] * len(row) + [0] * (length - len(row)) for row in ids]
    return {"input_ids": torch.tensor(rows), "attention_mask": torch.tensor(masks)}
