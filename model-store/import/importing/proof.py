"""From a seeded checkpoint to a pack and to what the framework answers, as the service's tests read both."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from .dual_encoder.expected import Extras, draw_films, write_expected
from .dual_encoder.framework import Framework

IMPORTERS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Proof:
    system: str
    plan: Any
    """The dataclass of sizes."""
    checkpoint: Path
    framework: Framework
    """With the weights of the checkpoint."""
    texts: Sequence[str]
    steps: list[dict[str, Any]]
    """The manifest's, of the image."""
    arguments: Sequence[str]
    """Of the import, beside the checkpoint, the sizes, the name and the folder."""
    extras: Extras = field(default_factory=Extras)


def prove(system: str, description: str, prepare: Callable[[Path, bool], Proof]) -> int:
    """`prepare` writes the checkpoint into a folder, at the published or at a small size. The exit status of the import."""
    parser = argparse.ArgumentParser(prog=f"python -m {system}.prove", description=description.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; about 2 GB at full size")
    parser.add_argument("--small", action="store_true", help="a network of a few hundred kB, for tests")
    options = parser.parse_args()
    torch.set_num_threads(1)
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    proof = prepare(work, options.small)
    (work / "plan.json").write_text(json.dumps(asdict(proof.plan)))
    write_expected(work / "expected", proof.framework, draw_films(work / "films"), proof.texts, proof.steps, proof.extras)
    return run_import(proof, work)


def run_import(proof: Proof, work: Path) -> int:
    """The command that people give, in a process of its own; prints what it took."""
    command = [sys.executable, "-m", "importing", proof.system, str(proof.checkpoint), "--plan", str(work / "plan.json"), *proof.arguments]
    command += ["--name", proof.system.replace("_", "-"), "--out", str(work / "packs" / proof.system.replace("_", "-") / "1.0.0")]
    begun = time.monotonic()
    status = subprocess.run(command, cwd=IMPORTERS, check=False).returncode
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(f"import: {time.monotonic() - begun:.0f} s, peak {peak:.1f} GiB")
    return status
