"""python -m refers.encoder --checkpoint refers_checkpoint.pth --out PACK_FOLDER [...], from model-store/import/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from importing.dual_encoder.pack import write_pack
from importing.identity import Identity
from importing.options import NOTHING_KNOWN, identity_of, run_import, two_tower_options
from importing.plan import read_plan

from ..manifest import COMMIT, REPOSITORY
from .checkpoint import read_encoder
from .pack import image_encoder, reference_of
from .plan import EncoderPlan

NO_TEXTS = "An image tower alone: vectors of films and of their patches. Nothing in the file can compare them with texts."
NO_HEAD = "A fine-tuned tower's classifier is left out: its vectors are served, its labels are not."


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = two_tower_options(
        "refers-encoder", "Make a pack of REFERS's image tower.", "refers_checkpoint.pth, BenchX's, a fine-tuned tower, or the whole pre-training model",
        "REFERS, image tower",
    )
    return parser.parse_args(given)


def identity(options: argparse.Namespace) -> Identity:
    return Identity(
        **identity_of(options, REPOSITORY, COMMIT),
        intended_use="Research on retrieval of similar films, and on classifiers trained on these vectors.",
        limitations=[NOTHING_KNOWN, NO_TEXTS, NO_HEAD],
    )


def make(options: argparse.Namespace) -> list[str]:
    plan = EncoderPlan() if options.plan is None else read_plan(options.plan, EncoderPlan)
    network, fitting = read_encoder(options.checkpoint, plan.whole)
    differences = write_pack(options.out, image_encoder(reference_of(network, plan), plan), identity(options), options.golden)
    return [*fitting.said(), f"greatest differences of the graphs from PyTorch: {differences}"]


def main(given: Sequence[str] | None = None) -> int:
    return run_import("refers-encoder", arguments(given), make)


if __name__ == "__main__":
    sys.exit(main())
