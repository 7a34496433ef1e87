"""The score in a pack's manifest and card."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ..corpus.films import preprocess
from ..cxr_align.manifest_file import digest, tensor
from ..cxr_align.words import ATTRIBUTIONS
from .figures import Row, evaluation_rows, table
from .graph import NAME, Encoder

SECTION = "## Films that are unlike"
TOLERANCE = 0.01
GOLDEN_KINDS = ("image", "segmentation")
GIVEN = (
    "Pictures beside the corpus, for these figures only and not in the pack: AbdomenCT, BreastMRI, ChestCT, CXR, Hand and HeadCT are of Medical MNIST (B. J. Erickson, Mayo Clinic, CC BY-SA 4.0), 64 pixels wide; lateral and frontal chest films of other hospitals are figures of papers gathered in covid-chestxray-dataset (each under its own licence, mostly CC BY-NC-SA, or none stated); "
    "photographs and drawings are scikit-image's, whole and in quarters; other modalities are pydicom's test files."
)
MADE = (
    "Every row is of these weights. Films of the corpus, films changed and pictures made by rule were all that was there to measure: how often CT, MR, hands, lateral films, films of other hospitals and photographs are refused was measured with the weights "
    "of an earlier version and is not carried over. The number of directions and the margin are as they were chosen then."
)
DATA = "the pack's corpus, made pictures, and pictures that the card names"


def component(pack: Path, encoder: Encoder) -> Row:
    inputs = [{**output, "dims": ["n", *output["dims"][1:]]} for output in encoder.outputs]
    return {**digest(pack, NAME), "precision": "fp32", "max_batch": 64, "inputs": inputs, "outputs": [tensor("score", "float32", "outlier_score", "n")]}


def attribute(licence: Row) -> None:
    """The score was fitted on films of every dataset, also where the pack's networks were not."""
    own = licence["attributions"]
    licence["attributions"] = [*[line for line in ATTRIBUTIONS if line.startswith("NIH") and line not in own], *own]
    if not str(licence["data"]).startswith("NIH"):
        licence["data"] = f"NIH (no restriction, acknowledgement; for outlier.onnx alone), {licence['data']}"


@dataclass
class Told:
    """Figures by kind of picture, the part of the corpus that they are of, and the margin of the limit."""

    found: list[Row]
    part: str
    margin: float
    has_given: bool


def write_into(pack: Path, encoder: Encoder, told: Told, score: Callable[[np.ndarray], float]) -> None:
    """`score`: of one film, uint8 [1, SIZE, SIZE]."""
    path = pack / "model.json"
    text = path.read_text()
    manifest = json.loads(text)
    manifest["components"]["outlier"] = component(pack, encoder)
    attribute(manifest["licence"])
    manifest["evaluation"] = [row for row in manifest["evaluation"] if "as unlike" not in row["metric"]] + evaluation_rows(told.found, told.part, DATA)
    for golden in manifest["goldens"]:
        if golden["kind"] in GOLDEN_KINDS:
            golden["outlier"] = {"score": round(score(preprocess(Image.open(pack / golden["image"]))[None]), 4), "tolerance": TOLERANCE}
    # As the pack's own writer has it, so that a reader of the history sees what has changed.
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=text.isascii()) + "\n")
    card = pack / "CARD.md"
    card.write_text(with_section(card.read_text(), told))


def with_section(card: str, told: Told) -> str:
    """The card with the section in front of its limits, in place of an older one."""
    without = re.sub(rf"{SECTION}\n.*?(?=^## )", "", card, flags=re.DOTALL | re.MULTILINE)
    words = (
        "`outlier.onnx` tells from what the image encoder gives of a film how unlike it is to the training films: Mahalanobis' distance within their first 64 principal directions, the rest pooled, every dataset weighing the same (NIH ChestX-ray14, Kermany, Hannover, covid-chestxray-dataset; attributions in `model.json`). "
        f"The score is 1 at the limit, {told.margin} times what one in a hundred of validation's films exceeds. The service refuses a film above it, warns, or does nothing (`GATE_OUTLIERS`), and tells the score in `x-outlier-scores`.\n\n"
        "The number of directions (of 16 to 160) and the margin (of 1 to 3) were chosen with these figures in view, so they are no blind test of either. Lateral films and films that are inverted or upside down are told in part only, as the rows say; a mirrored film is not told. "
        "**A film of a hospital with other habits may be refused**: by a score that was fitted without a dataset, so many of its films would be (three rows below). Where films are refused that should not be, raise `GATE_MAX_OUTLIER_SCORE` or warn only.\n\n"
        + (GIVEN if told.has_given else MADE)
    )
    if "No report" in without:
        words += (
            "\n\nThe text 'No report' comes from the same kind of score inside `view_fusion.onnx`, with 160 directions and a limit without margin. Where the service refuses, a film above the limit of this section is not read at all, "
            "beside others of its study neither."
        )
    return without.replace("## Limits\n", "\n".join([SECTION, "", words, "", *table(told.found), "", "## Limits", ""]), 1)
