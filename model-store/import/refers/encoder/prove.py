"""python -m refers.encoder.prove --work FOLDER [--small], from model-store/import/: REFERS's image tower from a seeded file to a pack.

Writes, outside the tree: a fine-tuned tower's checkpoint with random weights, films, what PyTorch answers to them, and the pack that the
importer makes in a process of its own. `test/parity/refers-encoder.ts` then asks the service the same.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import torch

from importing.dual_encoder.expected import draw_films, write_expected

from .checkpoint import read_encoder
from .pack import encoder_sections, reference_of
from .plan import EncoderPlan
from .seeded import as_state, random_encoder
from .tests.sizes import SMALL

SEED = 37
CLASSES = 14
"""NIH ChestX-ray14's."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m refers.encoder.prove", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; about 700 MB at full size")
    parser.add_argument("--small", action="store_true", help="a network of a few hundred kB, for tests")
    options = parser.parse_args()
    torch.set_num_threads(1)
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    plan = SMALL if options.small else EncoderPlan()
    checkpoint, sizes = work / "refers_checkpoint.pth", work / "plan.json"
    sizes.write_text(json.dumps(asdict(plan)))
    if not checkpoint.exists():
        torch.save(as_state(random_encoder(plan, SEED), CLASSES), checkpoint)
    drawn = draw_films(work / "films")
    network, _ = read_encoder(checkpoint, plan.whole)
    write_expected(work / "expected", reference_of(network, plan), drawn, (), encoder_sections(plan)["image"]["steps"])
    command = [sys.executable, "-m", "importing", "refers-encoder", checkpoint, "--plan", sizes]
    command += ["--out", work / "packs" / "refers-encoder-original" / "1.0.0"]
    return subprocess.run(list(map(str, command)), cwd=Path(__file__).parents[2], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
