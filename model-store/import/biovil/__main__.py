"""python -m biovil --checkpoint biovil_t_image_model_proj_size_128.pt --text pytorch_model.bin --vocabulary vocab.txt --out PACK_FOLDER [...]."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from importing.dual_encoder.pack import write_pack
from importing.identity import Identity
from importing.options import NOTHING_KNOWN, identity_of, run_import, two_tower_options
from importing.plan import read_plan
from importing.wordpiece import read_wordpiece

from .checkpoint import read_biovil
from .manifest import COMMIT, REPOSITORY
from .network import BiovilPlan
from .pack import dual_encoder, reference_of

PLANS = {"biovil-t": BiovilPlan(), "biovil": replace(BiovilPlan(), still=0, side=480)}

ONE_FILM = (
    "One film at a time: BioViL-T's comparison with a prior film, a transformer over both, is not in the pack. Its vector for what changed "
    "is the learnt one that the released code takes where there is no prior film."
)
STRETCH = (
    "The released reader stretches a PNG's or JPEG's values to 0 to 255; here only DICOM's are. Films that do not reach both ends differ."
)


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = two_tower_options(
        "biovil", "Make a pack of the two files of a BioViL or BioViL-T.",
        "biovil_t_image_model_proj_size_128.pt, or biovil_image_resnet50_proj_size_128.pt", "BioViL-T, one film", vocabulary="vocab.txt of CXR-BERT",
    )
    parser.add_argument("--text", type=Path, required=True, help="pytorch_model.bin or model.safetensors of CXR-BERT")
    parser.add_argument("--variant", choices=list(PLANS), default="biovil-t")
    return parser.parse_args(given)


def identity(options: argparse.Namespace) -> Identity:
    limits = [ONE_FILM] if options.variant == "biovil-t" else []
    return Identity(
        **identity_of(options, REPOSITORY, COMMIT),
        intended_use="Research on phrase grounding, retrieval and zero-shot labels for frontal films of the kind of MIMIC-CXR.",
        limitations=[NOTHING_KNOWN, *limits, STRETCH, "Prompts of a label are averaged as unit vectors; the released code averages them before."],
    )


def make(options: argparse.Namespace) -> list[str]:
    plan = PLANS[options.variant] if options.plan is None else read_plan(options.plan, BiovilPlan)
    network, fits = read_biovil(options.checkpoint, options.text, plan)
    framework = reference_of(network, read_wordpiece(options.vocabulary, plan.bert.vocabulary))
    differences = write_pack(options.out, dual_encoder(framework, options.variant), identity(options), options.golden)
    said = [f"{part}: {line}" for part, fitting in fits.items() for line in fitting.said()]
    return [f"variant {options.variant}", *said, f"greatest differences of the graphs from PyTorch: {differences}"]


def main(given: Sequence[str] | None = None) -> int:
    return run_import("biovil", arguments(given), make)


if __name__ == "__main__":
    sys.exit(main())
