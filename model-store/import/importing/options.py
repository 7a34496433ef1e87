"""The arguments that every importer takes."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

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
    parser.add_argument("--threads", type=int, default=1)
    return parser


def identity_of(options: argparse.Namespace, repository: str, commit: str) -> dict[str, object]:
    """The fields of an `Identity` that the arguments say."""
    digest = hashlib.sha256(options.checkpoint.read_bytes()).hexdigest()
    return {
        "name": options.name, "version": options.version, "title": options.title,
        "source": {"repository": repository, "commit": commit, "sha256": digest},
        "weights_licence": options.weights_licence, "commercial_use": options.commercial_use,
        "not_for": NOT_FOR,
    }
