"""`model.json`: everything the server must know of the pack."""

from __future__ import annotations

import json
from pathlib import Path

from ..corpus.films import SIZE
from ..cxr_align.manifest_file import digest, tensor
from .about import ATTRIBUTIONS, CITATION, DATA_NAMES, INTENDED_USE, LIMITATIONS, NAME, NOT_FOR, TITLE, VERSION
from .cases import CASES
from .coding import coding
from .convolutions import WIDTHS
from .export import LEVELS
from .flags import known_phrases
from .reading import THRESHOLD
from .text_encoder import WORD
from .tokenizer import MAX_WORDS, PAD_ID, read_tokenizer

Section = dict[str, object]
# Above this mean spread of the colour channels a picture is no radiograph. All films of the corpus have 0: set by hand, as the card says.
COLOUR_LIMIT = 0.04


def components(folder: Path) -> dict[str, Section]:
    """The graphs by role. Weights are stored as float16 and computed as float32."""
    sides = [SIZE // 2 // 2**at for at in range(len(WIDTHS))]
    features = [tensor(name, "float32", f"features_{at + 1}", "rows", width, side, side) for at, (name, width, side) in enumerate(zip(LEVELS, WIDTHS, sides))]
    return {
        "image_encoder": {
            **digest(folder, "image.onnx"), "precision": "fp32", "max_batch": 16,
            "inputs": [tensor("pixels", "uint8", "pixels", "rows", 1, SIZE, SIZE)], "outputs": features,
        },
        "text_tokens": {
            **digest(folder, "text.onnx"), "precision": "fp32", "max_batch": 64, "remember_rows": True,
            "inputs": [tensor("input_ids", "int64", "input_ids", "rows", "length"), tensor("attention_mask", "int64", "attention_mask", "rows", "length")],
            "outputs": [tensor("tokens", "float32", "tokens", "rows", "length", WORD)],
        },
        "segmenter": {
            **digest(folder, "segmenter.onnx"), "precision": "fp32", "max_batch": 8,
            "inputs": [*features, tensor("words", "float32", "words", "rows", MAX_WORDS, WORD)],
            "outputs": [tensor("probabilities", "float32", "probabilities", "rows", 1, SIZE, SIZE)],
        },
    }


def vocabulary(folder: Path) -> list[str]:
    """The words that the pack was taught; marks and the two special pieces are none."""
    return sorted(word for word in read_tokenizer(folder / "tokenizer.json").get_vocab() if word.isalnum())


def segmentation(folder: Path, least: float) -> Section:
    return {
        "threshold": THRESHOLD,
        "structures": [{"name": case.name, "examples": list(case.seen[:2])} for case in CASES],
        "coding": coding(),
        "known": {"phrases": known_phrases(), "vocabulary": vocabulary(folder), "on_unknown": "warn"},
        "low_confidence_below": least, "domain": {"max_channel_spread": COLOUR_LIMIT},
    }


def verdict(row: Section) -> str:
    if row.get("bar") is None:
        return ""
    value = row["difference"] if row["bar"] < 0 else row["value"]
    return f"; bar {row['bar']}: {'met' if value >= row['bar'] else 'MISSED'}"


def evaluation_rows(found: Section) -> list[Section]:
    """The card's figures as the manifest's rows."""
    rows: list[Section] = []

    def add(metric: str, row: Section, note: str, baseline: object = None) -> None:
        entry: Section = {"data": DATA_NAMES.get(str(row.get("group", "all")), "all"), "split": str(found["part"]), "n": row["n"], "metric": metric, "value": row["value"], "interval": row["interval"]}
        rows.append({**entry, **({"baseline": baseline} if baseline is not None else {}), "note": note})

    for row in found["regions"]:
        note = f"baseline is the mean training mask; IoU {row['iou']}, HD95 {row['hd95']} px of films of 320 px (prior {row['prior_hd95']}), {row['below_0.7']:.1%} below 0.7{verdict(row)}"
        add(f"Dice, {row['what']}", row, note, row["baseline"])
    for row in found["swap"]:
        add(f"share of films whose masks follow left and right, {row['what']}", row, f"{row['masks']} pairs of texts{verdict(row)}")
    for row in found["unseen"]:
        add(f"Dice with unseen wordings, {row['what']}", row, f"baseline is seen wordings, difference {row['difference']} {row['difference_interval']}{verdict(row)}", row["baseline"])
    for row in found["sentences"]:
        add(f"Dice, {row['what']}s of regions in one sentence", row, "baseline is the mean training mask", row["baseline"])
    for row in found["nothing"]:
        add(f"share empty or flagged, {row['what']}", row, f"{row['masks']} masks; empty {row['empty']}, flagged {row['flagged']}{verdict(row)}")
    for row in found["false_flags"]:
        add(f"share of texts that name a region but are flagged or get nothing, {row['what']}", row, f"{row['masks']} masks")
    return rows


def write_manifest(folder: Path, found: Section, goldens: list[Section], training: Section) -> None:
    files = ["tokenizer.json", *dict.fromkeys(golden["image"] for golden in goldens if "image" in golden)]
    manifest = {
        "schema": 1, "name": NAME, "version": VERSION, "family": "segmentation", "tasks": ["segmentations"], "title": TITLE,
        "source": {"repository": "radserve: model-store/training, python -m training.lvit_lung"},
        "licence": {"code": "Apache-2.0", "weights": "CC-BY-4.0", "data": "CC BY 4.0, CC BY 3.0", "gated": False, "commercial_use": True, "attributions": ATTRIBUTIONS},
        "citation": CITATION, "intended_use": INTENDED_USE, "not_for": NOT_FOR, "limitations": LIMITATIONS,
        "training": training, "evaluation": evaluation_rows(found), "components": components(folder),
        "files": [digest(folder, name) for name in files],
        "image": {
            "steps": [{"op": "gray"}, {"op": "resize", "mode": "exact", "size": SIZE, "interpolation": "bilinear_aa"}],
            "dicom": {"window": "voi", "invert_monochrome1": True},
        },
        "text": {"clean": "raw", "tokenizer": "tokenizer.json", "lowercase": True, "max_length": MAX_WORDS, "padding": "longest", "truncation": "right", "pad_id": PAD_ID},
        "text_post": {"merge": "none", "drop": [], "words": MAX_WORDS, "on_short": "zeros"},
        "segmentation": segmentation(folder, found["low_confidence_below"]),
        "goldens": goldens,
    }
    (folder / "model.json").write_text(json.dumps(manifest, indent=1) + "\n")
