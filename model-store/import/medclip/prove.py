"""python -m medclip.prove --work FOLDER [--small] [--tower resnet|swin], from model-store/import/: MedCLIP from seeded checkpoints to packs.

Writes, outside the tree: checkpoints with random weights, a vocabulary, films, what PyTorch answers to them, and the packs of both
modes that the importer makes in processes of its own. `test/parity/medclip.ts` then asks the service the same.
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

from gloria.seeded import pieces
from importing.dual_encoder.expected import Extras, draw_films, write_expected
from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.wordpiece import read_wordpiece

from .checkpoint import read_medclip
from .manifest import BICUBIC, image_section
from .network import TOWERS, MedclipPlan
from .pack import reference_of
from .prompts import CHEXPERT, in_full, spread
from .reference import MODES, Reference
from .seeded import as_state, random_medclip
from .tests.sizes import SMALL

SEED = 7
TEXTS = (
    "There is a small left pleural effusion.", "improvement in pulmonary interstitial edema", "pulmonary edema",
    "1. Cardiomegaly which is unchanged, 1.2 cm nodule.\nNo pneumothorax", "no " * 120,
)


def extras_of(framework: Reference) -> Extras:
    prompts = spread(in_full(CHEXPERT))
    vectors = {label: framework.group(texts) for label, texts in prompts.items()}

    def class_scores(image: ImageVectors, _: Mapping[str, list[TextVectors]]) -> dict[str, float]:
        return {label: framework.class_score(image, ofclass) for label, ofclass in vectors.items()}

    # The vectors of a class are made together; those of each prompt by itself are not asked for.
    return Extras(label_set="chexpert5", classes={label: [] for label in prompts}, class_scores=class_scores)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m medclip.prove", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; about 4 GB at full size")
    parser.add_argument("--small", action="store_true", help="networks of a few hundred kB, for tests")
    parser.add_argument("--tower", action="append", choices=TOWERS, help="repeatable; default: all")
    options = parser.parse_args()
    torch.set_num_threads(1)
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    plan = SMALL if options.small else MedclipPlan()
    (work / "vocab.txt").write_text("\n".join(pieces(plan.bert.vocabulary)) + "\n")
    (work / "plan.json").write_text(json.dumps(asdict(plan)))
    for tower in options.tower or TOWERS:
        status = prove(work, plan, tower)
        if status != 0:
            return status
    return 0


def prove(work: Path, plan: MedclipPlan, tower: str) -> int:
    checkpoint = work / f"pytorch_model-{tower}.bin"
    if not checkpoint.exists():
        torch.save(as_state(random_medclip(plan, tower, SEED), tower), checkpoint)
    drawn = draw_films(work / "films")
    network, _ = read_medclip(checkpoint, plan)
    tokenizer = read_wordpiece(work / "vocab.txt", plan.bert.vocabulary)
    for mode in MODES:
        framework = reference_of(network, tokenizer, mode)
        steps = image_section(plan, BICUBIC)["steps"]
        write_expected(work / f"expected-{tower}-{mode}", framework, drawn, TEXTS, steps, extras_of(framework))
        name = f"medclip-{tower}-{mode}"
        command = [sys.executable, "-m", "importing", "medclip", checkpoint, "--vocabulary", work / "vocab.txt", "--plan", work / "plan.json"]
        command += ["--mode", mode, "--name", name, "--out", work / "packs" / name / "1.0.0"]
        status = subprocess.run(list(map(str, command)), cwd=Path(__file__).parents[1], check=False).returncode
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
