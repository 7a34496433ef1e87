"""python -m chexzero --checkpoint best_64_...pt --merges bpe_simple_vocab_16e6.txt.gz --out PACK_FOLDER [...], from model-store/import/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from importing.clip_bpe import read_clip_bpe
from importing.dual_encoder.pack import write_pack
from importing.identity import Identity
from importing.options import NOTHING_KNOWN, identity_of, run_import, two_tower_options
from importing.plan import read_plan

from .checkpoint import read_chexzero
from .manifest import COMMIT, REPOSITORY
from .network import CheXzeroPlan
from .pack import dual_encoder, reference_of

ONE_OF_TEN = "One checkpoint: the published figures are of ten, whose scores are averaged. Import each, and average what they answer."
ODD_SIZES = "Of some sizes of films the released code makes one pixel less than 320 and pads it with black; here it is always 320."
UNREPAIRED = "The released code repairs broken encodings and HTML entities of a text before its tokenizer; here it is read as it is given."


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = two_tower_options("chexzero", "Make a pack of a checkpoint of CheXzero.", "one of the released .pt files", "CheXzero, CLIP ViT-B/32")
    parser.add_argument("--merges", type=Path, required=True, help="OpenAI's bpe_simple_vocab_16e6.txt.gz, which lies in CheXzero's repository")
    return parser.parse_args(given)


def identity(options: argparse.Namespace) -> Identity:
    return Identity(
        **identity_of(options, REPOSITORY, COMMIT),
        intended_use="Research on retrieval and zero-shot labels of chest radiographs.",
        limitations=[NOTHING_KNOWN, ONE_OF_TEN, ODD_SIZES, UNREPAIRED],
    )


def make(options: argparse.Namespace) -> list[str]:
    plan = CheXzeroPlan() if options.plan is None else read_plan(options.plan, CheXzeroPlan)
    network, fitting = read_chexzero(options.checkpoint, plan)
    framework = reference_of(network, read_clip_bpe(options.merges, plan.text.vocabulary))
    differences = write_pack(options.out, dual_encoder(framework), identity(options), options.golden)
    return [*fitting.said(), f"greatest differences of the graphs from PyTorch: {differences}"]


def main(given: Sequence[str] | None = None) -> int:
    return run_import("chexzero", arguments(given), make)


if __name__ == "__main__":
    sys.exit(main())
