"""python -m convirt.prove --work FOLDER [--small] [--variant NAME]..., from model-store/import/: ConVIRTs from seeded checkpoints to packs.

Writes, outside the tree: a checkpoint of each variant with random weights, a vocabulary, films, what PyTorch answers to them, and the packs
that the importer makes in processes of its own. `test/parity/convirt.ts` then asks the service the same.
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
from importing.dual_encoder.expected import draw_films, write_expected
from importing.wordpiece import read_wordpiece

from .checkpoint import read_convirt
from .manifest import convirt_sections
from .pack import reference_of
from .seeded import as_checkpoint, random_convirt
from .tests.sizes import small_plan
from .variants import VARIANTS

SEED = 17
SMALL_VARIANTS = ("benchx", "mgca")
"""The two that differ in everything; the others' graphs are compared with PyTorch by the importer itself."""
TEXTS = ("There is a small left pleural effusion.", "improvement in pulmonary interstitial edema", "Pneumothorax is present", "severe cardiomegaly")


def prove(work: Path, name: str, is_small: bool, drawn: list[Path]) -> int:
    variant = VARIANTS[name]
    plan = small_plan(name) if is_small else variant.plan
    checkpoint, vocabulary, sizes = work / f"ConVIRT-{name}.pth", work / "vocab.txt", work / f"plan-{name}.json"
    vocabulary.write_text("\n".join(pieces(plan.bert.vocabulary)) + "\n")
    sizes.write_text(json.dumps(asdict(plan)))
    if not checkpoint.exists():
        torch.save(as_checkpoint(random_convirt(variant, plan, SEED), variant), checkpoint)
    network, _ = read_convirt(checkpoint, variant, plan)
    framework = reference_of(network, variant, read_wordpiece(vocabulary, plan.bert.vocabulary))
    write_expected(work / f"expected-{name}", framework, drawn, TEXTS, convirt_sections(variant, plan)["image"]["steps"])
    command = [sys.executable, "-m", "importing", "convirt", checkpoint, "--vocabulary", vocabulary, "--plan", sizes, "--variant", name]
    command += ["--name", f"convirt-{name}", "--out", work / "packs" / f"convirt-{name}" / "1.0.0"]
    return subprocess.run(list(map(str, command)), cwd=Path(__file__).parents[1], check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m convirt.prove", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; about 1 GB a variant at full size")
    parser.add_argument("--small", action="store_true", help="networks of a few hundred kB, for tests")
    parser.add_argument("--variant", action="append", choices=list(VARIANTS), help="repeatable; default: all, or two with --small")
    options = parser.parse_args()
    torch.set_num_threads(1)
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    drawn = draw_films(work / "films")
    for name in options.variant or (SMALL_VARIANTS if options.small else list(VARIANTS)):
        status = prove(work, name, options.small, drawn)
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
