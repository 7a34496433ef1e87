"""python -m convirt --checkpoint ConVIRT.pth --vocabulary vocab.txt --out PACK_FOLDER [...], from model-store/import/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from importing.dual_encoder.pack import write_pack
from importing.identity import Identity
from importing.options import NOTHING_KNOWN, identity_of, run_import, two_tower_options
from importing.plan import read_plan
from importing.wordpiece import read_wordpiece

from .checkpoint import read_convirt
from .network import ConvirtPlan
from .pack import dual_encoder, reference_of
from .variants import VARIANTS


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = two_tower_options(
        "convirt", "Make a pack of a checkpoint of a ConVIRT.", "BenchX's ConVIRT.pth, or that of another variant", "ConVIRT, ResNet-50",
        vocabulary="vocab.txt of Bio_ClinicalBERT",
    )
    parser.add_argument("--variant", choices=list(VARIANTS), default="benchx", help="whose network the checkpoint is of")
    return parser.parse_args(given)


def identity(options: argparse.Namespace) -> Identity:
    variant = VARIANTS[options.variant]
    return Identity(
        **identity_of(options, variant.repository, variant.commit),
        intended_use="Research on retrieval and zero-shot labels for films of the kind that the checkpoint was trained on.",
        limitations=[NOTHING_KNOWN, variant.note, "Global vectors only: no maps."],
        code_licence=variant.licence,
    )


def make(options: argparse.Namespace) -> list[str]:
    variant = VARIANTS[options.variant]
    plan = variant.plan if options.plan is None else read_plan(options.plan, ConvirtPlan)
    network, fitting = read_convirt(options.checkpoint, variant, plan)
    framework = reference_of(network, variant, read_wordpiece(options.vocabulary, plan.bert.vocabulary))
    differences = write_pack(options.out, dual_encoder(framework, variant), identity(options), options.golden)
    return [f"variant {options.variant}", *fitting.said(), f"greatest differences of the graphs from PyTorch: {differences}"]


def main(given: Sequence[str] | None = None) -> int:
    return run_import("convirt", arguments(given), make)


if __name__ == "__main__":
    sys.exit(main())
