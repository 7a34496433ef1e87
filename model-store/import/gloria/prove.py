"""python -m gloria.prove --work FOLDER [--small], from model-store/import/: GLoRIA from a seeded checkpoint to packs in both modes.

Writes, outside the tree: a Lightning checkpoint with random weights, a vocabulary, films, what PyTorch answers to them, and the packs
that the importer makes in processes of its own. `test/parity/gloria.ts` then asks the service the same.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from importing.dual_encoder.expected import Extras, draw_films, write_expected
from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.wordpiece import read_wordpiece

from .checkpoint import read_gloria
from .manifest import gloria_sections
from .network import GloriaPlan
from .pack import reference_of, reference_statistics
from .prompts import prompts
from .reference import COMPAT, MODES, Reference
from .seeded import as_lightning, pieces, random_gloria
from .tests.sizes import SMALL

SEED = 7
TEXTS = (
    "There is a small left pleural effusion.", "improvement in pulmonary interstitial edema", " pulmonary edema ",
    "1. Cardiomegaly which is unchanged, 1.2 cm nodule.\nNo pneumothorax",
    "apperance of bilateral consolidation at the right lung base",
)


def extras_of(framework: Reference, drawn: list[Path]) -> Extras:
    """compat: z-scores by the statistics of the films themselves, which is what the released code does with a call of them."""
    references = reference_statistics(framework, drawn) if framework.mode == COMPAT else {}

    def class_scores(image: ImageVectors, classes: Mapping[str, list[TextVectors]]) -> dict[str, float]:
        scores = {label: framework.class_score(image, texts) for label, texts in classes.items()}
        return {label: (score - references[label][0]) / references[label][1] if references else score for label, score in scores.items()}

    return Extras(
        combine=lambda whole, local: (whole + local) / 2, maps=framework.maps,
        label_set="chexpert5", classes=prompts(framework.mode == COMPAT), class_scores=class_scores,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m gloria.prove", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; about 2 GB at full size")
    parser.add_argument("--small", action="store_true", help="a network of a few hundred kB, for tests")
    options = parser.parse_args()
    torch.set_num_threads(1)
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    plan = SMALL if options.small else GloriaPlan()
    checkpoint, vocabulary, sizes = work / "chexpert_resnet50.ckpt", work / "vocab.txt", work / "plan.json"
    vocabulary.write_text("\n".join(pieces(plan.bert.vocabulary)) + "\n")
    sizes.write_text(json.dumps(asdict(plan)))
    if not checkpoint.exists():
        torch.save(as_lightning(random_gloria(plan, SEED)), checkpoint)
    drawn = draw_films(work / "films")
    network, _ = read_gloria(checkpoint, plan)
    for mode in MODES:
        framework = reference_of(network, read_wordpiece(vocabulary, plan.bert.vocabulary), mode)
        steps = gloria_sections(plan, mode, {})["image"]["steps"]
        write_expected(work / f"expected-{mode}", framework, drawn, TEXTS, steps, extras_of(framework, drawn))
        spread = np.load(work / f"expected-{mode}" / "both.npy").std()
        print(f"{mode}: scores of films and texts have a deviation of {spread:.3f}", flush=True)
        command = [sys.executable, "-m", "importing", "gloria", checkpoint, "--vocabulary", vocabulary, "--plan", sizes, "--mode", mode]
        command += ["--name", f"gloria-{mode}", "--out", work / "packs" / f"gloria-{mode}" / "1.0.0"]
        command += [argument for film in drawn if mode == COMPAT for argument in ("--reference", film)]
        status = subprocess.run(list(map(str, command)), cwd=Path(__file__).parents[1], check=False).returncode
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
