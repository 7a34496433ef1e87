"""python -m stable_diffusion --checkpoint FOLDER --out PACK_FOLDER --kind roentgen [...], from model-store/import/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from importing.identity import Identity
from importing.options import NOT_FOR, import_options

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
    parser.add_argument("--gated", action="store_true", help="the checkpoint is given to some only")
    return parser.parse_args(given)


def identity(options: argparse.Namespace, kind: Kind, model: Model) -> Identity:
    return Identity(
        name=options.name, version=options.version, title=options.title or kind.title,
        source={"repository": kind.repository, "commit": kind.commit, "sha256": model.digest},
        weights_licence=options.weights_licence or kind.licence, commercial_use=options.commercial_use, intended_use=INTENDED_USE,
        not_for=NOT_FOR,
        limitations=["Imported: nothing is known here of how good this checkpoint is.", SYNTHETIC, *kind.limitations, *model.words.remarks],
    )


def main(given: Sequence[str] | None = None) -> int:
    options = arguments(given)
    torch.set_num_threads(options.threads)
    kind = KINDS[options.kind]
    try:
        model = load_model(options.checkpoint, kind, options.base, options.scheduler, options.pad_id)
        settings = Settings(
            kind, options.gated or kind.gated, kind.steps if options.steps is None else options.steps,
            kind.guidance if options.guidance is None else options.guidance, options.color,
        )
        differences = write_pack(options.out, model, identity(options, kind, model), settings)
    except (ValueError, OSError) as error:
        print(f"stable_diffusion: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {model.parameters():,} parameters, {' and '.join(model.dtypes)} in the checkpoint, float32 in the pack")
    print(f"prompts are filled up with token {model.words.pad_id} ({model.words.pad_token})")
    for line in [*model.words.remarks, *(f"left out: {entry}" for entry in model.left_out)]:
        print(line)
    print(f"greatest differences of the graphs from PyTorch: {differences}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
