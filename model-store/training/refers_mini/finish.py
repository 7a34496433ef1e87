"""From a trained model to the files of the pack."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer

from ..cxr_align.losses_figure import draw_losses
from ..cxr_align.parity import session
from ..outlier.score import OutlierScore, even_weights, fitted, told
from .bars import evaluation_rows
from .card import write_card
from .described import describe
from .export import export_all, finished
from .features import encode
from .figures import FALSE_ALARMS, outlier_rows, outlier_scores, token_accuracy
from .film_lists import write_lists
from .fusion import DIRECTIONS
from .goldens import make_goldens
from .manifest_file import REPORT_PIECES, copy_shared, write_manifest
from .model import RefersMini
from .parity import compare, milliseconds
from .strangers import strangers
from .trainer import Corpus
from .variants import CHANGED, PLAIN, variant

STRANGERS = 100


@dataclass
class Place:
    """Where things are, and the films."""

    data: Path
    work: Path
    out: Path
    align: Path
    part: str
    table: pd.DataFrame
    films: np.ndarray
    usable: np.ndarray


def fit_outlier(corpus: Corpus, sources: np.ndarray, train: np.ndarray, validation: np.ndarray) -> OutlierScore:
    """Fitted on training films, as they are and changed, each dataset weighing the same; the limit is validation's, pooled."""
    variants = range(PLAIN + CHANGED)
    there = [train[corpus.studies.good[train] > number] for number in variants]
    rows = np.concatenate([told_rows(corpus, own, number) for number, own in enumerate(there)])
    names = sources[np.concatenate(there)]
    score = fitted(rows, even_weights(names), DIRECTIONS)
    own = outlier_scores(score, corpus.features.cells[validation, 0], corpus.features.vectors[validation, 0])
    score.limit.fill_(float(np.quantile(own, 1 - FALSE_ALARMS)))
    print(f"outlier limit {score.limit.item():.2f}", flush=True)
    return score


def told_rows(corpus: Corpus, rows: np.ndarray, number: int) -> np.ndarray:
    parts = [told(torch.from_numpy(corpus.features.cells[at, number]).float(), torch.from_numpy(corpus.features.vectors[at, number]).float()).numpy() for at in np.array_split(rows, 20)]
    return np.concatenate(parts)


def finish(model: RefersMini, tokenizer: Tokenizer, corpus: Corpus, place: Place) -> None:
    """Export, check, measure on `part`, and write everything the pack holds. Run again when `radserve eval` has answered."""
    model, out, table = finished(model), place.out, place.table
    parts, sources = table["part"].to_numpy(), table["source"].to_numpy()
    rows = {name: np.flatnonzero(place.usable & (parts == name)) for name in ("train", "validation", "test")}
    outlier = fit_outlier(corpus, sources, rows["train"], rows["validation"])
    export_all(model, outlier, out)
    copy_shared(place.align, out)
    shutil.copyfile(place.work / "tokenizer.json", out / REPORT_PIECES)
    cells, vectors = (torch.from_numpy(part[rows["validation"][:24], 0]).float() for part in (corpus.features.cells, corpus.features.vectors))
    differences, speed = compare(model, outlier, cells, vectors, corpus.tokens[rows["validation"][:24]], out), milliseconds(out)
    print(f"graphs differ from PyTorch by at most {max(differences.values()):.1e}; milliseconds {speed}", flush=True)
    draw_losses(place.work / "losses.jsonl", out / "loss.png")
    write_lists(place.data, table, place.part, place.films, place.work, out.parent.parent)
    found = {**measure(model, outlier, corpus, place, rows[place.part]), "parity": differences, "milliseconds": speed, "asked": answers(place)}
    found["sizes"] = {path.name: path.stat().st_size for path in sorted(out.glob("*.onnx"))}
    found["films"] = {name: pd.Series(sources[own]).value_counts().to_dict() for name, own in rows.items()}
    found["training"] = json.loads((place.work / "losses.jsonl").read_text().splitlines()[-1])
    found["parameters"] = {name: sum(value.numel() for value in getattr(model, name).parameters()) for name in ("fusion", "decoder")}
    (out / "evaluation.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    goldens = make_goldens(model, outlier, tokenizer, place.align, out)
    evaluation = evaluation_rows(found)
    about = describe(found, {name: len(own) for name, own in rows.items()}, tokenizer.get_vocab_size())
    training = {name: about[name] for name in ("data", "size", "how")}
    write_manifest(out, place.align, tokenizer.get_vocab_size(), goldens, evaluation, training)
    (out / "CARD.md").write_text(write_card(found, about))


def measure(model: RefersMini, outlier: OutlierScore, corpus: Corpus, place: Place, rows: np.ndarray) -> dict[str, object]:
    """What is measured here and not by `radserve eval`."""
    table, features = place.table, corpus.features
    patients, sources = table["patient_id"].astype(str).to_numpy()[rows], table["source"].to_numpy()[rows]
    cells, vectors = features.cells[rows, 0], features.vectors[rows, 0]
    train = corpus.tokens[np.flatnonzero(place.usable & (table["part"] == "train").to_numpy())]
    usual = torch.unique(train, dim=0, return_counts=True)
    usual_text = usual[0][usual[1].argmax()]
    scores = outlier_scores(outlier, cells, vectors)
    told_of = {f"films of {place.part}: {name}": scores[sources == name] for name in np.unique(sources)} | {f"films of {place.part}, spoiled": outlier_scores(outlier, features.cells[rows, -1], features.vectors[rows, -1])}
    encoder = session(place.align / "image.onnx")
    some = np.asarray(place.films[rows[:: max(1, len(rows) // STRANGERS)]])
    for kind, pictures in ({f"films of {place.part}, moved, toned and framed": variant(some, PLAIN, 77)} | strangers(some, STRANGERS)).items():
        vectors_, cells_ = encode(encoder, pictures)
        told_of[kind] = outlier_scores(outlier, cells_, vectors_)
    return {
        "part": place.part, "outliers": outlier_rows(told_of),
        "token_accuracy": token_accuracy(model, torch.from_numpy(cells).float(), torch.from_numpy(vectors).float(), corpus.tokens[rows], usual_text, patients, sources),
    }


def answers(place: Place) -> dict[str, object]:
    """What `radserve eval` answered about the lists, by list, as far as it was asked."""
    folder = place.work / f"answers-{place.part}"
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
