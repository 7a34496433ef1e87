"""A network, a BERT and some films become a pack: graphs, tokenizer, goldens, manifest, in a folder that appears whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer

from importing.component import component, file_entry
from importing.draft import PackError, write_whole

from importing import films
from .bert import TokenRows
from .goldens import segmentation_golden, text_golden
from .graphs import segmenter_graph, text_graph
from .manifest import Identity, manifest
from .network import LViT
from .reference import Segmented, read_film, segment
from .words import merge

GRAPH_TOLERANCE = 1e-4
"""Greatest difference of a graph's probability from the framework's."""

SEGMENTER_MAX_BATCH, TEXT_MAX_BATCH = 8, 32


@dataclass(frozen=True)
class Question:
    """A film and a sentence whose answer becomes a golden."""

    film: Path
    text: str


@dataclass(frozen=True)
class Model:
    network: LViT
    bert: TokenRows
    tokenizer: Tokenizer


def write_pack(folder: Path, model: Model, identity: Identity, questions: Sequence[Question]) -> dict[str, float]:
    """Returns the greatest difference between graphs and framework. Throws `PackError`; a failed pack leaves nothing."""
    return write_whole(folder, lambda draft: _write(draft, model, identity, questions))


def _write(folder: Path, model: Model, identity: Identity, questions: Sequence[Question]) -> dict[str, float]:
    components = {
        "text_tokens": component(folder, "text_tokens", text_graph(model.bert), max_batch=TEXT_MAX_BATCH, remember_rows=True),
        "segmenter": component(folder, "segmenter", segmenter_graph(model.network), max_batch=SEGMENTER_MAX_BATCH),
    }
    model.tokenizer.save(str(folder / "tokenizer.json"))
    side = model.network.plan.image_side
    given = list(dict.fromkeys(question.film for question in questions))
    shrunk = {film: _shrunk(film, folder / "goldens" / f"film-{number}.png", side) for number, film in enumerate(given, 1)}
    asked = [Question(shrunk[question.film], question.text) for question in questions]
    made = {question: segment(model.network, model.bert, model.tokenizer, question.film, question.text) for question in asked}
    texts = {question.text: answer for question, answer in made.items()}
    goldens = [text_golden(text, answer) for text, answer in texts.items()]
    goldens += [segmentation_golden(q.film.relative_to(folder).as_posix(), q.text, answer) for q, answer in made.items()]
    files = [file_entry(folder, path) for path in [folder / "tokenizer.json", *shrunk.values()]]
    whole = manifest(identity, model.network.plan, components, files, goldens)
    (folder / "model.json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    differences = compare(folder, made)
    if max(differences.values()) > GRAPH_TOLERANCE:
        raise PackError(f"The graphs differ from the framework by {differences}.")
    return differences


def _shrunk(film: Path, target: Path, side: int) -> Path:
    """A golden's film at the model's own size, so that two implementations of a resize cannot differ over it.

    Neither its name nor what its file said beside the pixels goes into the pack: both can hold a patient's.
    """
    return films.write(target, read_film(film, side)[0])


def compare(folder: Path, made: dict[Question, Segmented]) -> dict[str, float]:
    """Runs both graphs on every question, alone and all in one batch."""
    text, segmenter = (onnxruntime.InferenceSession(folder / f"{role}.onnx") for role in ("text_tokens", "segmenter"))
    side = segmenter.get_inputs()[0].shape[-1]
    pixels, words, expected = [], [], []
    worst_words = 0.0
    for question, answer in made.items():
        # Padded by two, which the mask must make void.
        ids = np.array([[*answer.ids, 0, 0]])
        mask = np.array([[1] * len(answer.ids) + [0, 0]])
        (tokens,) = text.run(["tokens"], {"input_ids": ids, "attention_mask": mask})
        rows = torch.from_numpy(tokens[0, : len(answer.ids)])
        merged, _ = merge(rows, answer.pieces, len(answer.words))
        worst_words = max(worst_words, float((merged - answer.vectors).abs().max()))
        pixels.append(read_film(question.film, side)[0][:, :, ::-1].transpose(2, 0, 1))
        words.append(merged.numpy())
        expected.append(answer.probabilities.numpy())
    together = {"pixels": np.stack(pixels), "words": np.stack(words)}
    batched = segmenter.run(["probabilities"], together)[0][:, 0]
    single = [segmenter.run(["probabilities"], {k: v[i : i + 1] for k, v in together.items()})[0][0, 0] for i in range(len(made))]
    return {
        "words": worst_words,
        "probabilities": float(np.abs(batched - np.stack(expected)).max()),
        "alone_or_in_batch": float(np.abs(batched - np.stack(single)).max()),
    }
