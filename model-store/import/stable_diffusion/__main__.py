"""python -m stable_diffusion --checkpoint FOLDER --out PACK_FOLDER --kind roentgen [...], from model-store/import/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from importing.identity import Identity
from importing.options import NOT_FOR, NOTHING_KNOWN, import_options, run_import

from .kinds import KINDS, Kind
from .manifest import Settings
from .model import Model, load_model
from .pack import write_pack
from .sampling import NAMES

INTENDED_USE = "Research on made chest radiographs: teaching, augmentation and tests of other models."
SYNTHETIC = "Made pictures show no patient, can look right and be wrong, and models of this kind can repeat films they were trained with."


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = import_options(
        "stable_diffusion", "Make a pack of a fine-tuned Stable Diffusion 1.x or 2.x.",
        "a folder in diffusers' layout: unet, vae, scheduler, text_encoder and tokenizer (or text_encoder_and_tokenizer)", "",
    )
    parser.set_defaults(title=None, weights_licence=None)
    parser.add_argument("--kind", choices=list(KINDS), default="plain", help="how it is asked, sampled and licensed")
    parser.add_argument("--base", type=Path, help="a folder for the parts that the checkpoint lacks: the model that it was made from")
    parser.add_argument("--scheduler", choices=list(NAMES.values()), help="another sampler than the checkpoint's own")
    parser.add_argument("--pad-id", type=int, help="the token that fills prompts up, where the tokenizer's files are wrong")
    parser.add_argument("--steps", type=int, help="default of requests")
    parser.add_argument("--guidance", type=float, help="default of requests")
    parser.add_argument("--color", choices=["gray", "rgb"], default="gray", help="what is answered; gray is the mean of the channels")
    return parser.parse_args(given)


def identity(options: argparse.Namespace, kind: Kind, model: Model) -> Identity:
    return Identity(
        name=options.name, version=options.version, title=options.title or kind.title,
        source={"repository": kind.repository, "commit": kind.commit, "sha256": model.digest},
        weights_licence=options.weights_licence or kind.licence, commercial_use=options.commercial_use, intended_use=INTENDED_USE,
        not_for=NOT_FOR, limitations=[NOTHING_KNOWN, SYNTHETIC, *kind.limitations, *model.words.remarks], gated=options.gated or kind.gated,
    )


def make(options: argparse.Namespace) -> list[str]:
    kind = KINDS[options.kind]
    model = load_model(options.checkpoint, kind, options.base, options.scheduler, options.pad_id)
    steps = kind.steps if options.steps is None else options.steps
    guidance = kind.guidance if options.guidance is None else options.guidance
    differences = write_pack(options.out, model, identity(options, kind, model), Settings(kind, steps, guidance, options.color))
    return [
        f"{model.parameters():,} parameters, {' and '.join(model.dtypes)} in the checkpoint, float32 in the pack",
        f"prompts are filled up with token {model.words.pad_id} ({model.words.pad_token})", *model.words.remarks,
        *(f"left out: {entry}" for entry in model.left_out), f"greatest differences of the graphs from PyTorch: {differences}",
    ]


def main(given: Sequence[str] | None = None) -> int:
    return run_import("stable_diffusion", arguments(given), make)


if __name__ == "__main__":
    sys.exit(main())
