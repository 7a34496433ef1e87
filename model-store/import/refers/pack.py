"""A network, a vocabulary and some films become a pack: graphs, goldens, manifest, in a folder that appears whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from PIL import Image
from tokenizers import Tokenizer

from importing.component import component, file_entry
from importing.draft import PackError, write_whole

from . import films
from .generation import Text, generate
from .graphs import decoder_graph, fusion_graph, image_graph
from .manifest import BEAMS, STEPS, Identity, manifest
from .network import Refers
from .plan import VIEWS

GRAPH_TOLERANCE = 1e-3
"""Greatest difference of a graph's logit from the framework's."""

GOLDEN_TOLERANCE = 1e-3
IMAGE_MAX_BATCH, FUSION_MAX_BATCH, DECODER_MAX_BATCH = 8, 16, 32


@dataclass(frozen=True)
class Search:
    """A way to write whose text becomes a golden."""

    method: str
    forbid_repeat_last: bool
    beams: int = 1
    max_tokens: int = STEPS


SEARCHES = [Search("greedy", True), Search("beam", True, BEAMS)]


def write_pack(
    folder: Path, network: Refers, tokenizer: Tokenizer, identity: Identity, studies: Sequence[Sequence[Image.Image]]
) -> dict[str, float]:
    """Returns the greatest difference between graphs and framework. Throws `PackError`; a failed pack leaves nothing."""
    return write_whole(folder, lambda draft: _write(draft, network, tokenizer, identity, studies))


def _write(
    folder: Path, network: Refers, tokenizer: Tokenizer, identity: Identity, studies: Sequence[Sequence[Image.Image]]
) -> dict[str, float]:
    components = {
        "image_encoder": component(folder, "image_encoder", image_graph(network), max_batch=IMAGE_MAX_BATCH),
        "view_fusion": component(folder, "view_fusion", fusion_graph(network), max_batch=FUSION_MAX_BATCH),
        "decoder_step": component(folder, "decoder_step", decoder_graph(network), max_batch=DECODER_MAX_BATCH),
    }
    tokenizer.save(str(folder / "tokenizer.json"))
    paths = _films(folder, studies, network.plan.image_side)
    made = [(study, _memory(network, study)) for study in paths]
    goldens, texts = [], []
    for study, memory in made:
        for search in SEARCHES:
            text = write_text(network, memory, search)
            texts.append((memory, text))
            goldens.append(_golden(folder, tokenizer, study, search, text))
    files = [file_entry(folder, path) for path in [folder / "tokenizer.json", *dict.fromkeys(film for study in paths for film in study)]]
    whole = manifest(identity, network.plan, components, files, goldens)
    (folder / "model.json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    differences = {**compare_memory(folder, network, made), **compare_steps(folder, network, texts)}
    # Not `max(…) >`: a NaN is above nothing.
    if not all(value <= GRAPH_TOLERANCE for value in differences.values()):
        raise PackError(f"The graphs differ from the framework by {differences}.")
    return differences


def _films(folder: Path, studies: Sequence[Sequence[Image.Image]], side: int) -> list[list[Path]]:
    """A film's name and what its file said are left behind: both can hold a patient's."""
    (folder / "goldens").mkdir()
    made = []
    for number, study in enumerate(studies, 1):
        paths = [folder / "goldens" / f"study-{number}-film-{at}.png" for at in range(1, len(study) + 1)]
        for path, film in zip(paths, study, strict=True):
            films.shrunk(film, side).save(path)
        made.append(paths)
    return made


@torch.no_grad()
def _memory(network: Refers, study: Sequence[Path]) -> torch.Tensor:
    return network.memory(films.normalised(np.stack([films.pixels_of(path) for path in study])))[0]


def write_text(network: Refers, memory: torch.Tensor, search: Search) -> Text:
    plan = network.plan
    steps = min(search.max_tokens, plan.positions)
    return generate(network.textual, plan, memory, search.forbid_repeat_last, num_beams=search.beams, max_new_tokens=steps)


def _golden(folder: Path, tokenizer: Tokenizer, study: Sequence[Path], search: Search, text: Text) -> dict[str, Any]:
    return {
        "kind": "report",
        "images": [path.relative_to(folder).as_posix() for path in study],
        "method": search.method, "forbid_repeat_last": search.forbid_repeat_last,
        **({"beams": search.beams} if search.method == "beam" else {}),
        "ids": text.ids,
        "log_probabilities": [round(value, 6) for value in text.log_probabilities],
        "text": tokenizer.decode(text.ids, skip_special_tokens=True),
        "tolerance": GOLDEN_TOLERANCE,
    }


def _session(folder: Path, role: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    return onnxruntime.InferenceSession(folder / f"{role}.onnx", options)


def compare_memory(folder: Path, network: Refers, made: Sequence[tuple[Sequence[Path], torch.Tensor]]) -> dict[str, float]:
    image, fusion = _session(folder, "image_encoder"), _session(folder, "view_fusion")
    worst = 0.0
    for study, expected in made:
        local, vector = image.run(["local", "global"], {"pixels": np.stack([films.pixels_of(path) for path in study])})
        places = [at % len(study) for at in range(VIEWS)]
        views = local.reshape(len(study), network.plan.patches, -1)[places][None]
        (memory,) = fusion.run(["memory"], {"views_local": views, "views_global": vector[places][None]})
        worst = np.maximum(worst, np.abs(memory - expected.numpy()).max())
    return {"memory": float(worst)}


@torch.no_grad()
def compare_steps(folder: Path, network: Refers, texts: Sequence[tuple[torch.Tensor, Text]]) -> dict[str, float]:
    """Every prefix of every text, filled up to the right, alone and two in a run."""
    step, plan = _session(folder, "decoder_step"), network.plan
    worst, worst_company = 0.0, 0.0
    for memory, text in texts:
        tokens = [plan.begin, *text.ids[:-1]]
        expected = network.textual(memory, torch.tensor([tokens]))[0].numpy()
        for count in range(1, len(tokens) + 1):
            prefix = np.full((1, min(-(-count // 8) * 8, plan.positions)), plan.pad, dtype=np.int64)
            prefix[0, :count] = tokens[:count]
            feeds = {"tokens": prefix, "token_count": np.array([count]), "memory": memory.numpy()}
            (alone,) = step.run(["logits"], feeds)
            twice = {name: np.repeat(value, 2, axis=0) for name, value in feeds.items()}
            twice["tokens"][1, 1:] = plan.end
            twice["token_count"][1] = 1
            (company,) = step.run(["logits"], twice)
            worst = np.maximum(worst, np.abs(alone[0] - expected[count - 1]).max())
            worst_company = np.maximum(worst_company, np.abs(alone[0] - company[0]).max())
    return {"logits": float(worst), "alone_or_in_batch": float(worst_company)}
