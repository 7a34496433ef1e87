"""python -m mgca.prove --work FOLDER [--small] [--tower vit|resnet], from model-store/import/: MGCA from seeded checkpoints to packs.

Writes, outside the tree: Lightning checkpoints with random weights, a vocabulary, films, what PyTorch answers to them, and the packs
of both modes that the importer makes in processes of its own. `test/parity/mgca.ts` then asks the service the same.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch

from gloria.prompts import prompts
from gloria.seeded import pieces
from importing.dual_encoder.expected import Extras, draw_films, write_expected
from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.wordpiece import read_wordpiece

from .checkpoint import read_mgca
from .manifest import image_section
from .network import TOWERS, MgcaPlan
from .pack import reference_of
from .reference import MODES, Reference
from .seeded import as_lightning, random_mgca
from .tests.sizes import SMALL

SEED = 7
# The last one fills all tokens: there the released code loses a word.
TEXTS = (
    "There is a small left pleural effusion.", "improvement in pulmonary interstitial edema", "edema",
    "1. Cardiomegaly which is unchanged, 1.2 cm nodule.\nNo pneumothorax", "no pleural effusion " * 60,
)


def extras_of(framework: Reference) -> Extras:
    def class_scores(image: ImageVectors, classes: Mapping[str, list[TextVectors]]) -> dict[str, float]:
        return {label: framework.class_score(image, texts) for label, texts in classes.items()}

    return Extras(
        maps=framework.maps, label_set="chexpert5", classes=prompts(False), class_scores=class_scores, prototypes=framework.shares,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m mgca.prove", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; about 4 GB at full size")
    parser.add_argument("--small", action="store_true", help="networks of a few hundred kB, for tests")
    parser.add_argument("--tower", action="append", choices=TOWERS, help="repeatable; default: all")
    options = parser.parse_args()
    torch.set_num_threads(1)
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    plan = SMALL if options.small else MgcaPlan()
    (work / "vocab.txt").write_text("\n".join(pieces(plan.bert.vocabulary)) + "\n")
    (work / "plan.json").write_text(json.dumps(asdict(plan)))
    for tower in options.tower or TOWERS:
        status = prove(work, plan, tower)
        if status != 0:
            return status
    return 0


def prove(work: Path, plan: MgcaPlan, tower: str) -> int:
    checkpoint = work / f"{tower}.ckpt"
    if not checkpoint.exists():
        torch.save(as_lightning(random_mgca(plan, tower, SEED)), checkpoint)
    drawn = draw_films(work / "films")
    network, _ = read_mgca(checkpoint, plan)
    tokenizer = read_wordpiece(work / "vocab.txt", plan.bert.vocabulary)
    for mode in MODES:
        framework = reference_of(network, tokenizer, mode)
        write_expected(work / f"expected-{tower}-{mode}", framework, drawn, TEXTS, image_section(plan.side)["steps"], extras_of(framework))
        name = f"mgca-{tower}-{mode}"
        command = [sys.executable, "-m", "importing", "mgca", checkpoint, "--vocabulary", work / "vocab.txt", "--plan", work / "plan.json"]
        command += ["--mode", mode, "--name", name, "--out", work / "packs" / name / "1.0.0"]
        status = subprocess.run(list(map(str, command)), cwd=Path(__file__).parents[1], check=False).returncode
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
