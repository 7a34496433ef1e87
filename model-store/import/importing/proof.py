"""From a seeded checkpoint to packs and to what the framework answers, as the service's tests read both.

Outside the tree: a checkpoint with random weights, what the import needs beside it, films, what PyTorch answers to them (`expected*`),
and the packs that the importer makes (`packs`).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from .__main__ import main
from .dual_encoder.expected import Extras, draw_films, write_expected
from .dual_encoder.framework import Framework

IMPORTERS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Setting:
    """Where and of what a system makes its proofs."""

    work: Path
    is_small: bool
    part: str
    """One of `Parts`."""
    films: Sequence[Path]

    def write_vocabulary(self, pieces: Sequence[str]) -> Path:
        path = self.work / "vocab.txt"
        path.write_text("\n".join(pieces) + "\n")
        return path


@dataclass(frozen=True)
class Proof:
    """One pack, and what it is compared with."""

    plan: Any
    """The dataclass of sizes."""
    checkpoint: Path
    framework: Framework
    """With the weights of the checkpoint."""
    texts: Sequence[str]
    steps: list[dict[str, Any]]
    """The manifest's, of the image."""
    pack: str
    """Its name."""
    arguments: Sequence[str | Path] = ()
    """Of the import, beside the checkpoint, the sizes, the name and the folder."""
    expected: str = "expected"
    """The folder of the framework's answers."""
    extras: Extras = field(default_factory=Extras)


@dataclass(frozen=True)
class Parts:
    """Towers or variants that are proved one by one."""

    option: str
    names: Sequence[str]
    small: Sequence[str] | None = None
    """Those of a small proof, where they are not all."""


def prove(system: str, description: str, prepare: Callable[[Setting], Iterable[Proof]], parts: Parts | None = None) -> int:
    """`prepare` writes a part's checkpoint, at the published or at a small size. The status of the first import that fails, or 0."""
    parser = argparse.ArgumentParser(prog=f"python -m {system.replace('-', '.')}.prove", description=description.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; 1 to 4 GB at full size")
    parser.add_argument("--small", action="store_true", help="networks of a few hundred kB, for tests")
    if parts is not None:
        parser.add_argument(parts.option, dest="parts", action="append", choices=parts.names, help="repeatable; default: all")
    options = parser.parse_args()
    torch.set_num_threads(1)
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    films = draw_films(work / "films")
    for part in _asked(options, parts):
        for proof in prepare(Setting(work, options.small, part, films)):
            status = _prove(system, proof, work, films, options.small)
            if status != 0:
                return status
    return 0


def _asked(options: argparse.Namespace, parts: Parts | None) -> Sequence[str]:
    if parts is None:
        return ("",)
    return options.parts or (parts.small if options.small and parts.small else parts.names)


def _prove(system: str, proof: Proof, work: Path, films: Sequence[Path], is_small: bool) -> int:
    sizes = work / f"{proof.pack}-plan.json"
    sizes.write_text(json.dumps(asdict(proof.plan)))
    write_expected(work / proof.expected, proof.framework, films, proof.texts, proof.steps, proof.extras)
    command = [system, proof.checkpoint, "--plan", sizes, *proof.arguments, "--name", proof.pack, "--out", work / "packs" / proof.pack / "1.0.0"]
    return run_import(list(map(str, command)), is_small)


def run_import(command: list[str], is_small: bool) -> int:
    """The command that people give. At full size in a process of its own, and what it took is printed."""
    if is_small:
        return main(command)
    begun = time.monotonic()
    status = subprocess.run([sys.executable, "-m", "importing", *command], cwd=IMPORTERS, check=False).returncode
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(f"import: {time.monotonic() - begun:.0f} s, peak {peak:.1f} GiB")
    return status


def write_once(path: Path, write: Callable[[], Any]) -> None:
    """`torch.save` of what `write` gives, where there is no such file."""
    if not path.exists():
        torch.save(write(), path)
