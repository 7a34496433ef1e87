"""The arguments that every importer takes."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

NOT_FOR = "Diagnosis, triage, screening or any other use in the care of a patient. Not a medical device."
NOTHING_KNOWN = "Imported: nothing is known here of how this checkpoint was trained or how good it is."


def import_options(system: str, description: str, checkpoint: str, title: str) -> argparse.ArgumentParser:
    """A parser that knows them; what only one system takes is added to it."""
    parser = argparse.ArgumentParser(prog=f"python -m {system}", description=description)
    parser.add_argument("--checkpoint", type=Path, required=True, help=checkpoint)
    parser.add_argument("--out", type=Path, required=True, help="model-store/<name>/<version>; must not be there yet")
    parser.add_argument("--name", default=f"{system}-original")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--title", default=title)
    parser.add_argument("--weights-licence", default="unstated", help="licence of the checkpoint")
    parser.add_argument("--commercial-use", action="store_true", help="the checkpoint's licence allows it")
    parser.add_argument("--gated", action="store_true", help="who wants the checkpoint must ask for it")
    parser.add_argument("--threads", type=int, default=1)
    return parser


def two_tower_options(
    system: str, description: str, checkpoint: str, title: str, vocabulary: str | None = None, modes: Sequence[str] = ()
) -> argparse.ArgumentParser:
    """As `import_options`, with what every two-tower system takes. `vocabulary`: what the file is; None: there is none."""
    parser = import_options(system, description, checkpoint, title)
    if vocabulary is not None:
        parser.add_argument("--vocabulary", type=Path, required=True, help=vocabulary)
    parser.add_argument("--plan", type=Path, help="JSON with the sizes of a network that is not the published one")
    if modes:
        parser.add_argument("--mode", choices=list(modes), default=modes[0], help="compat: the released code's numbers, defects included")
    parser.add_argument("--golden", type=Path, action="append", default=[], metavar="FILM", help="repeatable; default: films drawn from a seed")
    return parser


def run_import(system: str, options: argparse.Namespace, make: Callable[[argparse.Namespace], Sequence[str]]) -> int:
    """Prints the lines that `make` gives; 1 with one message where the import is refused or the disk is full."""
    torch.set_num_threads(options.threads)
    try:
        said = make(options)
    except (ValueError, OSError) as error:
        print(f"{system}: {error}", file=sys.stderr)
        return 1
    print("\n".join([f"{options.out}: written", *said]))
    return 0


def identity_of(options: argparse.Namespace, repository: str, commit: str) -> dict[str, object]:
    """The fields of an `Identity` that the arguments say."""
    with options.checkpoint.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": options.name, "version": options.version, "title": options.title,
        "source": {"repository": repository, "commit": commit, "sha256": digest},
        "weights_licence": options.weights_licence, "commercial_use": options.commercial_use,
        "not_for": NOT_FOR, "gated": options.gated,
    }
