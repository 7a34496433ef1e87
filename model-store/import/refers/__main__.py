"""python -m refers --checkpoint FILE --vocabulary mimic_10k.model --out PACK_FOLDER [...], from model-store/import/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image

from importing.identity import Identity
from importing.options import NOTHING_KNOWN, identity_of, import_options

from . import films
from .checkpoint import network_from, read_state
from .manifest import COMMIT, REPOSITORY
from .pack import write_pack
from .plan import RefersPlan
from .vocabulary import check, from_sentencepiece

DRAWN_STUDIES = [[1], [2, 3, 4]]
"""Seeds of the films of goldens where none are given."""


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = import_options(
        "refers", "Make a pack of a checkpoint of REFERS's pre-training.",
        "the whole pre-training model: image tower, fusion and decoder", "REFERS, original size",
    )
    parser.add_argument("--vocabulary", type=Path, required=True, help="SentencePiece BPE model, mimic_10k.model for the published network")
    parser.add_argument("--golden", nargs="+", action="append", metavar="FILM", help="films of a study (repeatable); default: drawn ones")
    return parser.parse_args(given)


def identity(options: argparse.Namespace) -> Identity:
    return Identity(
        **identity_of(options, REPOSITORY, COMMIT),
        intended_use="Research on drafts of findings for films of the kind that the checkpoint was trained on.",
        limitations=[
            NOTHING_KNOWN,
            "The released code never wrote a report: its search reads one view and does not run. This pack reads all three.",
            "A study of one or two films is filled up with them again.",
        ],
    )


def main(given: Sequence[str] | None = None) -> int:
    options = arguments(given)
    torch.set_num_threads(options.threads)
    plan = RefersPlan()
    try:
        network, fitting = network_from(read_state(options.checkpoint), plan)
        tokenizer = from_sentencepiece(options.vocabulary)
        check(tokenizer, plan.vocabulary)
        drawn = [[films.draw(seed, plan.image_side) for seed in study] for study in DRAWN_STUDIES]
        studies = [[Image.open(film) for film in study] for study in options.golden] if options.golden else drawn
        differences = write_pack(options.out, network, tokenizer, identity(options), studies)
    except (ValueError, OSError) as error:
        print(f"refers: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {sum(value.numel() for value in network.parameters()):,} parameters in {len(fitting.used)} tensors")
    print(f"left out, {len(fitting.ignored)} tensors of the contrastive text tower: {', '.join(fitting.ignored[:5])} …")
    print(f"greatest differences of the graphs from PyTorch: {differences}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
