"""python -m biovil.prove --work FOLDER [--small] [--variant NAME]..., from model-store/import/: BioViL and BioViL-T from seeded files to packs.

Writes, outside the tree: the two files of each with random weights, a vocabulary, films, what PyTorch answers to them, and the packs that
the importer makes in processes of its own. `test/parity/biovil.ts` then asks the service the same.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import torch

from gloria.seeded import pieces
from importing.dual_encoder.expected import Extras, draw_films, write_expected
from importing.wordpiece import read_wordpiece

from .__main__ import PLANS
from .checkpoint import read_biovil
from .manifest import biovil_sections
from .pack import reference_of
from .seeded import image_state, random_biovil, text_state
from .tests.sizes import small_plan

SEED = 27
TEXTS = ("There is a small left pleural effusion.", "Findings suggesting pneumonia", "No evidence of pneumonia!?", "1.2 cm nodule. Unchanged")


def prove(work: Path, variant: str, is_small: bool, drawn: list[Path]) -> int:
    plan = small_plan(variant) if is_small else PLANS[variant]
    image, text, vocabulary, sizes = (work / f"{variant}-{name}" for name in ("image.pt", "pytorch_model.bin", "vocab.txt", "plan.json"))
    vocabulary.write_text("\n".join(pieces(plan.bert.vocabulary)) + "\n")
    sizes.write_text(json.dumps(asdict(plan)))
    if not text.exists():
        seeded = random_biovil(plan, SEED)
        torch.save(image_state(seeded), image)
        torch.save(text_state(seeded), text)
    network, _ = read_biovil(image, text, plan)
    framework = reference_of(network, read_wordpiece(vocabulary, plan.bert.vocabulary))
    steps = biovil_sections(plan)["image"]["steps"]
    write_expected(work / f"expected-{variant}", framework, drawn, TEXTS, steps, Extras(maps=framework.maps))
    command = [sys.executable, "-m", "importing", "biovil", image, "--text", text, "--vocabulary", vocabulary, "--plan", sizes]
    command += ["--variant", variant, "--name", f"{variant}-original", "--out", work / "packs" / f"{variant}-original" / "1.0.0"]
    return subprocess.run(list(map(str, command)), cwd=Path(__file__).parents[1], check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m biovil.prove", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; about 1.2 GB a variant at full size")
    parser.add_argument("--small", action="store_true", help="networks of a few hundred kB, for tests")
    parser.add_argument("--variant", action="append", choices=list(PLANS), help="repeatable; default: both")
    options = parser.parse_args()
    torch.set_num_threads(1)
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    drawn = draw_films(work / "films")
    for variant in options.variant or list(PLANS):
        status = prove(work, variant, options.small, drawn)
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
