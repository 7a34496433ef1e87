"""python -m gloria --checkpoint chexpert_resnet50.ckpt --vocabulary vocab.txt --out PACK_FOLDER [...], from model-store/import/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from importing.dual_encoder.pack import write_pack
from importing.identity import Identity
from importing.options import NOTHING_KNOWN, identity_of, run_import, two_tower_options
from importing.plan import read_plan
from importing.wordpiece import read_wordpiece

from .checkpoint import read_gloria
from .manifest import COMMIT, REPOSITORY
from .network import GloriaPlan
from .pack import dual_encoder, reference_of, reference_statistics
from .reference import COMPAT, MODES

DEFECTS = (
    "Mode compat: the local score of a text counts as many columns as its prompt has characters, as the released code does; "
    "scores of texts above 96 characters are not what that code gives, which fails or mixes words there."
)
TRAINED = "Mode fixed: the local score reads the words that training read, [CLS] among them; the released zero-shot code does not."


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = two_tower_options(
        "gloria", "Make a pack of a checkpoint of GLoRIA.", "chexpert_resnet50.ckpt, or BenchX's GLoRIA.pth", "GLoRIA, ResNet-50",
        vocabulary="vocab.txt of Bio_ClinicalBERT", modes=MODES,
    )
    parser.add_argument(
        "--reference", type=Path, action="append", default=[], metavar="FILM",
        help="films whose scores' mean and deviation each class is z-scored by (repeatable); none: no z-scores",
    )
    return parser.parse_args(given)


def identity(options: argparse.Namespace) -> Identity:
    return Identity(
        **identity_of(options, REPOSITORY, COMMIT),
        intended_use="Research on retrieval, zero-shot labels and word-level attention for frontal films of the kind of CheXpert.",
        limitations=[
            NOTHING_KNOWN, DEFECTS if options.mode == COMPAT else TRAINED,
            "Attention is flat by its formula: no cell can hold more than 13 % of a word's, so maps are for display and not to be thresholded.",
        ],
        code_licence="Apache-2.0",
    )


def make(options: argparse.Namespace) -> list[str]:
    plan = GloriaPlan() if options.plan is None else read_plan(options.plan, GloriaPlan)
    network, fitting = read_gloria(options.checkpoint, plan)
    tokenizer = read_wordpiece(options.vocabulary, plan.bert.vocabulary)
    framework = reference_of(network, tokenizer, options.mode)
    references = reference_statistics(framework, options.reference)
    differences = write_pack(options.out, dual_encoder(framework, references), identity(options), options.golden)
    said = [f"mode {options.mode}", *fitting.said()]
    if options.mode == COMPAT and not references:
        said.append("no reference films: class scores are not z-scored (the released code does so over the films of a call)")
    return [*said, f"greatest differences of the graphs from PyTorch: {differences}"]


def main(given: Sequence[str] | None = None) -> int:
    return run_import("gloria", arguments(given), make)


if __name__ == "__main__":
    sys.exit(main())
