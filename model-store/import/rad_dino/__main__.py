"""python -m rad_dino --checkpoint model.safetensors --out PACK_FOLDER [...], from model-store/import/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from importing.dual_encoder.pack import write_pack
from importing.identity import Identity
from importing.options import NOTHING_KNOWN, identity_of, run_import, two_tower_options
from importing.plan import read_plan

from .checkpoint import read_rad_dino
from .manifest import COMMIT, REPOSITORY
from .network import RadDinoPlan
from .pack import image_encoder, reference_of
from .preprocessor import FILE, read_preprocessor

NO_TEXTS = "An image tower alone: vectors of films and of their patches. Nothing in the file can compare them with texts."


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = two_tower_options("rad_dino", "Make a pack of RAD-DINO.", "model.safetensors of microsoft/rad-dino", "RAD-DINO, ViT-B/14")
    parser.add_argument("--preprocessor", type=Path, help=f"{FILE}, left out: the one beside the checkpoint")
    parser.set_defaults(name="rad-dino-original")
    return parser.parse_args(given)


def identity(options: argparse.Namespace) -> Identity:
    return Identity(
        **identity_of(options, REPOSITORY, COMMIT),
        intended_use="Research on retrieval of similar films, and on classifiers and segmentation trained on these vectors.",
        limitations=[NOTHING_KNOWN, NO_TEXTS],
    )


def make(options: argparse.Namespace) -> list[str]:
    plan = RadDinoPlan() if options.plan is None else read_plan(options.plan, RadDinoPlan)
    network, fitting = read_rad_dino(options.checkpoint, plan)
    said = read_preprocessor(options.preprocessor or options.checkpoint.parent / FILE, plan.side)
    differences = write_pack(options.out, image_encoder(reference_of(network, said), said), identity(options), options.golden)
    prepared = f"shorter side {said.shortest}, middle {said.crop}, mean {said.mean}, deviation {said.std} of bytes times {said.factor}"
    return [*fitting.said(), prepared, f"greatest differences of the graphs from PyTorch: {differences}"]


def main(given: Sequence[str] | None = None) -> int:
    return run_import("rad_dino", arguments(given), make)


if __name__ == "__main__":
    sys.exit(main())
