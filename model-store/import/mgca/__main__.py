"""python -m mgca --checkpoint vit_base.ckpt --vocabulary vocab.txt --out PACK_FOLDER [...], from model-store/import/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from importing.dual_encoder.pack import write_pack
from importing.identity import Identity
from importing.options import NOTHING_KNOWN, identity_of, run_import, two_tower_options
from importing.plan import read_plan
from importing.wordpiece import read_wordpiece

from .checkpoint import read_mgca
from .manifest import COMMIT, REPOSITORY
from .network import MgcaPlan
from .pack import dual_encoder, reference_of
from .reference import COMPAT, MODES

DEFECTS = (
    "Mode compat: in the local score each word counts what CLS sees of the piece after it, SEP is a word, and a text that fills all "
    "tokens loses its last word, as in the released training code."
)
FIXED = "Mode fixed: in the local score each word counts what CLS sees of its own pieces; the released training code is off by one."
LOCAL = "The local score is MGCA's training signal read as a score: the authors released no code that scores a film against a text."

ORDER = "The text tower does not know the order of words: the released code trained it with every piece at the first position."


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = two_tower_options(
        "mgca", "Make a pack of a checkpoint of MGCA.", "vit_base.ckpt or resnet_50.ckpt, or BenchX's", "MGCA",
        vocabulary="vocab.txt of Bio_ClinicalBERT", modes=MODES,
    )
    return parser.parse_args(given)


def identity(options: argparse.Namespace) -> Identity:
    return Identity(
        **identity_of(options, REPOSITORY, COMMIT),
        intended_use="Research on retrieval, prototypes and word-level attention for frontal films of the kind of MIMIC-CXR.",
        limitations=[NOTHING_KNOWN, DEFECTS if options.mode == COMPAT else FIXED, LOCAL, ORDER],
        code_licence="without a licence file",
    )


def make(options: argparse.Namespace) -> list[str]:
    plan = MgcaPlan() if options.plan is None else read_plan(options.plan, MgcaPlan)
    network, fitting = read_mgca(options.checkpoint, plan)
    tokenizer = read_wordpiece(options.vocabulary, plan.bert.vocabulary)
    framework = reference_of(network, tokenizer, options.mode)
    differences = write_pack(options.out, dual_encoder(framework), identity(options), options.golden)
    said = [f"mode {options.mode}, {network.tower} tower", *fitting.said()]
    return [*said, f"greatest differences of the graphs from PyTorch: {differences}"]


def main(given: Sequence[str] | None = None) -> int:
    return run_import("mgca", arguments(given), make)


if __name__ == "__main__":
    sys.exit(main())
