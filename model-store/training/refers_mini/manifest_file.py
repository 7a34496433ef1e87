"""`model.json`: cxr-align's sections, whose graphs are the same files, and what a report needs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from ..cxr_align.manifest_file import CELLS, VECTOR, Section, digest, tensor
from .about import ATTRIBUTIONS, CITATION, INTENDED_USE, LIMITATIONS, NAME, NOT_FOR, TITLE, VERSION
from .sentences import NO_FINDING, WORDS
from .tokenizer import END, MAX_TOKENS, PAD, START, UNKNOWN

SHARED = ("image.onnx", "text.onnx", "similarity.onnx", "prototypes.onnx")
DUAL_SECTIONS = ("image", "text", "text_post", "score", "zero_shot", "maps", "prototypes")
REPORT_PIECES = "report-tokenizer.json"
MAX_VIEWS = 4


def copy_shared(align: Path, out: Path) -> None:
    """Byte for byte, so that the service holds one session of each for both packs."""
    for name in (*SHARED, "tokenizer.json"):
        shutil.copyfile(align / name, out / name)


def own_components(folder: Path, pieces: int) -> dict[str, Section]:
    return {
        "view_fusion": {
            **digest(folder, "view_fusion.onnx"), "precision": "fp32", "max_batch": 32,
            "inputs": [tensor("views_global", "float32", "views_global", "n", "views", VECTOR), tensor("views_local", "float32", "views_local", "n", "views", CELLS, VECTOR)],
            "outputs": [
                tensor("global", "float32", "global", "n", VECTOR), tensor("memory", "float32", "memory", "n", "positions", VECTOR),
                tensor("view_weights", "float32", "view_weights", "n", "views"), tensor("patch_weights", "float32", "patch_weights", "n", "views", CELLS),
                tensor("outlier_score", "float32", "outlier_score", "n"),
            ],
        },
        "decoder_step": {
            **digest(folder, "decoder_step.onnx"), "precision": "fp32", "max_batch": 64,
            "inputs": [tensor("tokens", "int64", "tokens", "n", "length"), tensor("token_count", "int64", "token_count", "n"), tensor("memory", "float32", "memory", "n", "positions", VECTOR)],
            "outputs": [tensor("logits", "float32", "logits", "n", pieces)],
        },
    }


def findings() -> dict[str, Section]:
    """A text says 'no finding' of every finding at once; a cause of pneumonia says pneumonia too."""
    found = {label: {"present": [word.lower()], "absent": ["no finding"]} for label, word in WORDS.items()}
    return {NO_FINDING: {"present": ["no finding"], "absent": []}, **found}


def generation(folder: Path) -> Section:
    return {
        "tokenizer": digest(folder, REPORT_PIECES), "bos": START, "eos": END, "pad": PAD, "unk": UNKNOWN, "max_tokens": MAX_TOKENS,
        "defaults": {"method": "greedy"}, "findings": findings(), "unfit": {"phrases": ["no report"]},
        "check": {"label_set": "cxr-basic", "labels": {"Pneumonia": "pneumonia"}},
    }


def write_manifest(folder: Path, align: Path, pieces: int, goldens: list[Section], evaluation: list[Section], training: Section) -> None:
    towers = json.loads((align / "model.json").read_text())
    images = dict.fromkeys(name for golden in goldens for name in ([golden["image"]] if golden["kind"] == "image" else golden.get("images", [])))
    manifest = {
        "schema": 1, "name": NAME, "version": VERSION, "family": "report", "tasks": ["reports", "embeddings", "similarities", "classifications"], "title": TITLE,
        "source": {"repository": "radserve: model-store/training, python -m training.refers_mini"},
        "licence": {**towers["licence"], "attributions": ATTRIBUTIONS}, "citation": CITATION,
        "intended_use": INTENDED_USE, "not_for": NOT_FOR, "limitations": LIMITATIONS, "training": training, "evaluation": evaluation,
        "components": {**towers["components"], **own_components(folder, pieces)},
        "files": [digest(folder, name) for name in ("tokenizer.json", REPORT_PIECES, *images)],
        **{name: towers[name] for name in DUAL_SECTIONS},
        "views": {"max": MAX_VIEWS, "fusion": "graph", "fill": "none", "order": "independent"},
        "generation": generation(folder), "goldens": goldens,
    }
    (folder / "model.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
