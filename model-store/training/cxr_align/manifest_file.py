"""`model.json`: everything the server must know of the pack."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ..corpus.films import SIZE
from .image_encoder import GRID
from .prompts import FROZEN
from .prototype_search import COUNT, TEMPERATURE
from .tokenizer import MAX_LENGTH
from .words import ATTRIBUTIONS, DATA_NAMES, INTENDED_USE, LIMITATIONS, NOT_FOR, TITLE

VECTOR = 256
CELLS = GRID * GRID
Section = dict[str, object]


def digest(folder: Path, name: str) -> Section:
    data = (folder / name).read_bytes()
    return {"file": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def tensor(name: str, dtype: str, kind: str, *dims: int | str) -> Section:
    return {"name": name, "dtype": dtype, "dims": list(dims), "kind": kind}


def components(folder: Path) -> dict[str, Section]:
    """The graphs by role. Weights are stored as float16 and computed as float32."""
    return {
        "image_encoder": {
            **digest(folder, "image.onnx"), "precision": "fp32", "max_batch": 32,
            "inputs": [tensor("pixels", "uint8", "pixels", "n", 1, SIZE, SIZE)],
            "outputs": [tensor("global", "float32", "global", "n", VECTOR), tensor("local", "float32", "local", "n", CELLS, VECTOR)],
        },
        "text_encoder": {
            **digest(folder, "text.onnx"), "precision": "fp32", "max_batch": 64, "remember_rows": True,
            "inputs": [tensor("input_ids", "int64", "input_ids", "n", "length"), tensor("attention_mask", "int64", "attention_mask", "n", "length")],
            "outputs": [tensor("global", "float32", "global", "n", VECTOR), tensor("tokens", "float32", "tokens", "n", "length", VECTOR)],
        },
        "similarity": {
            **digest(folder, "similarity.onnx"), "precision": "fp32",
            "inputs": [
                tensor("cells", "float32", "cells", "images", CELLS, VECTOR), tensor("words", "float32", "words", "texts", "words", VECTOR),
                tensor("word_mask", "float32", "word_mask", "texts", "words"),
            ],
            "outputs": [
                tensor("score", "float32", "score_logsumexp", "images", "texts"), tensor("maps", "float32", "maps", "images", "texts", "words", CELLS),
            ],
        },
        "prototypes": {
            **digest(folder, "prototypes.onnx"), "precision": "fp32", "max_batch": 256,
            "inputs": [tensor("global", "float32", "global", "n", VECTOR)],
            "outputs": [tensor("probabilities", "float32", "probabilities", "n", COUNT)],
        },
    }


def label(name: str, against: str | None, calibration: Section | None = None) -> Section:
    section: Section = {"label": name, "prompts": FROZEN[name]}
    if against:
        section["negatives"] = FROZEN[against]
    if calibration:
        section["calibration"] = calibration
    return section


def zero_shot(calibrations: dict[str, Section]) -> Section:
    """Named label sets with frozen prompts, and how free labels become prompts."""
    versus = {"mode": "pos-neg", "prompt_aggregation": "mean", "class_norm": "none"}
    rivals = {"mode": "multiclass", "prompt_aggregation": "mean", "activation": "softmax", "class_norm": "none"}
    findings = ("infiltration", "effusion", "atelectasis", "edema", "consolidation")
    return {
        "default": "cxr-basic",
        "sets": {
            "cxr-basic": {
                "title": "Pneumonia, and anything abnormal",
                "note": "Each against the prompts for a normal chest; probability calibrated on our validation films with even classes: 0.5 is the even point, not a prevalence. Not for diagnosis.",
                **versus, "activation": "sigmoid",
                "classes": [label(name, "normal", calibrations[name]) for name in ("pneumonia", "abnormal")],
            },
            "pneumonia-cause": {
                "title": "Bacterial or viral", "note": "Only for children's films that show pneumonia, and weak even there: see the card. Not for diagnosis.",
                **rivals, "classes": [label(name, None) for name in ("bacterial", "viral")],
            },
            "view": {"title": "AP or PA", **rivals, "classes": [label(name, None) for name in ("ap", "pa")]},
            "nih-findings": {
                "title": "Some findings of NIH's label list", "note": "Too few films to claim anything: see the card. Not for diagnosis.",
                **versus, "activation": "none", "classes": [label(name, f"no {name}") for name in findings],
            },
        },
        "free_labels": {
            "mode": "pos-neg", "prompt_aggregation": "mean", "activation": "sigmoid",
            "templates": ["{label}", "chest radiograph with {label}", "signs of {label}"],
            "negative_templates": ["no {label}", "no evidence of {label}", "without {label}"],
        },
    }


def evaluation_rows(found: Section) -> list[Section]:
    """The card's figures as the manifest's rows."""
    rows: list[Section] = []
    name_of = {"children": "kermany", "NIH": "nih", "Hannover": "hannover", "all": "all"}

    def add(data: str, metric: str, row: Section, note: str | None = None, baseline: object = None) -> None:
        entry: Section = {"data": DATA_NAMES.get(data, data), "split": str(found["part"]), "n": row["n"], "metric": metric, "value": row["value"], "interval": row["interval"]}
        if baseline is not None:
            entry["baseline"] = baseline
        if note:
            entry["note"] = note
        rows.append(entry)

    for row in found["questions"]:
        bar = f"; bar {row['bar']}: {'met' if row['value'] >= row['bar'] else 'MISSED'}" if row["bar"] else ""
        low, high = row["difference_interval"]
        note = f"{row['positives']} positive; baseline is logistic regression on an 8x8 thumbnail, difference {row['difference']} [{low}, {high}]{bar}"
        add(name_of[row["question"].split(":")[0]], f"AUROC by prompts, {row['question']}", row, note, row["baseline"])
    for row in found["paraphrases"]:
        add(name_of[row["question"].split(":")[0]], f"AUROC by unseen wordings, {row['question']}", row, f"baseline is the frozen prompts' figure, difference {row['difference']}", row["baseline"])
    for row in found["shortcuts"]:
        add(name_of[row["question"].split(":")[0]], f"AUROC, {row['question']}, {row['condition']}", row, "baseline is the intact films' figure", row["baseline"])
    for row in found["neighbours"]:
        add(str(row["source"]), "image to image precision at 5 by class, other patients only", row, "baseline is the thumbnail's nearest neighbours", row["baseline"])
    for row in found["maps"]:
        add(str(row["group"]), f"{row['measure']}, {row['words']}", row, None, row.get("baseline"))
    return rows


def write_manifest(folder: Path, found: Section, goldens: list[Section], calibrations: dict[str, Section], scale: float, counts: Section) -> None:
    combination = found["combination"]
    part = combination["local"]
    files = ["tokenizer.json", *dict.fromkeys(golden["image"] for golden in goldens if golden["kind"] == "image")]
    manifest = {
        "schema": 1, "name": "cxr-align", "version": "1.0.0", "family": "dual-encoder",
        "tasks": ["embeddings", "similarities", "classifications"], "title": TITLE,
        "source": {"repository": "radserve: model-store/training, python -m training.cxr_align"},
        "licence": {
            "code": "Apache-2.0", "weights": "CC-BY-4.0", "data": "NIH (no restriction, acknowledgement), CC BY 4.0, CC BY 3.0",
            "gated": False, "commercial_use": True, "attributions": ATTRIBUTIONS,
        },
        "intended_use": INTENDED_USE, "not_for": NOT_FOR, "limitations": LIMITATIONS,
        "training": counts, "evaluation": evaluation_rows(found), "components": components(folder),
        "files": [digest(folder, name) for name in files],
        "image": {
            "steps": [{"op": "gray"}, {"op": "resize", "mode": "exact", "size": SIZE, "interpolation": "bilinear_aa"}],
            "dicom": {"window": "voi", "invert_monochrome1": True},
        },
        "text": {"clean": "raw", "tokenizer": "tokenizer.json", "lowercase": True, "max_length": MAX_LENGTH, "padding": "fixed"},
        "text_post": {"merge": "none", "pool": "none", "drop": ["cls", "sep"], "heads": False},
        "score": {
            "scale": round(scale, 4), "global": "cosine", "pairwise": False,
            "local": {"algorithm": "gloria", "temperatures": {}, "words": "fixed", "aggregate": "logsumexp"},
            "combine": {"kind": "weighted", "global": combination["global"], "local": part} if part else {"kind": "none"},
        },
        "zero_shot": zero_shot(calibrations),
        "maps": {"grid": [GRID, GRID], "values": "attention", "display": "minmax-image", "smooth_sigma": 0.5},
        "prototypes": {"count": COUNT, "temperature": TEMPERATURE},
        "goldens": goldens,
    }
    (folder / "model.json").write_text(json.dumps(manifest, indent=1) + "\n")
