"""python -m medclip --checkpoint pytorch_model.bin --vocabulary vocab.txt --out PACK_FOLDER [...], from model-store/import/."""

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

from .checkpoint import read_medclip
from .manifest import COMMIT, REPOSITORY, RESIZES
from .network import MedclipPlan
from .pack import dual_encoder, reference_of
from .reference import COMPAT, MODES
from .sentences import read_sentences

DEFECTS = (
    "Mode compat: the mean over a prompt's tokens counts padding in, as the released code does, so a prompt's vector moves with the "
    "longest prompt of its class."
)
FIXED = "Mode fixed: the mean over a prompt's tokens leaves padding out; the released code counts it in."
RETRIEVAL = (
    "Trained towards labels rather than reports: independent runs of the released weights found it good at labels and near useless for "
    "finding reports (P@5 of 12.5 % on 8 x 200)."
)


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = two_tower_options(
        "medclip", "Make a pack of a checkpoint of MedCLIP.", "pytorch_model.bin out of medclip-pretrained.zip or medclip-vit-pretrained.zip",
        "MedCLIP", vocabulary="vocab.txt of Bio_ClinicalBERT", modes=MODES,
    )
    parser.add_argument("--resize", choices=RESIZES, default=RESIZES[0], help="bicubic: the published processor's; bilinear: the paper's data sets'")
    parser.add_argument(
        "--normal", type=Path, metavar="FILE", help="sentences of a normal film, one a line, that covid and rsna compete with; default: radserve's own"
    )
    return parser.parse_args(given)


def identity(options: argparse.Namespace) -> Identity:
    return Identity(
        **identity_of(options, REPOSITORY, COMMIT),
        intended_use="Research on zero-shot labels for frontal films of the kind of CheXpert and MIMIC-CXR.",
        limitations=[NOTHING_KNOWN, DEFECTS if options.mode == COMPAT else FIXED, RETRIEVAL],
        code_licence="without a licence file",
    )


def make(options: argparse.Namespace) -> list[str]:
    plan = MedclipPlan() if options.plan is None else read_plan(options.plan, MedclipPlan)
    normal = [] if options.normal is None else read_sentences(options.normal)
    network, fitting = read_medclip(options.checkpoint, plan)
    tokenizer = read_wordpiece(options.vocabulary, plan.bert.vocabulary)
    framework = reference_of(network, tokenizer, options.mode)
    differences = write_pack(options.out, dual_encoder(framework, options.resize, normal), identity(options), options.golden)
    said = [f"mode {options.mode}, {type(network.vision_model).__name__}, scale {network.scale:.4f}", *fitting.said()]
    return [*said, f"greatest differences of the graphs from PyTorch: {differences}"]


def main(given: Sequence[str] | None = None) -> int:
    return run_import("medclip", arguments(given), make)


if __name__ == "__main__":
    sys.exit(main())
