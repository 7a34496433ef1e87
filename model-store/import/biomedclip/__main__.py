"""python -m biomedclip --checkpoint open_clip_pytorch_model.bin --vocabulary vocab.txt --out PACK_FOLDER [...], from model-store/import/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from importing.dual_encoder.pack import write_pack
from importing.identity import Identity
from importing.options import NOTHING_KNOWN, identity_of, run_import, two_tower_options
from importing.plan import read_plan
from importing.wordpiece import read_wordpiece

from .checkpoint import read_biomedclip
from .manifest import COMMIT, REPOSITORY
from .network import BiomedClipPlan
from .pack import dual_encoder, reference_of

UNREPAIRED = "open_clip repairs broken encodings and HTML entities of a text before its tokenizer; here a text is read as it is given."


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    return two_tower_options(
        "biomedclip", "Make a pack of a checkpoint of BiomedCLIP.", "open_clip_pytorch_model.bin or open_clip_model.safetensors",
        "BiomedCLIP, ViT-B/16 and PubMedBERT", vocabulary="vocab.txt of PubMedBERT (abstracts, uncased)",
    ).parse_args(given)


def identity(options: argparse.Namespace) -> Identity:
    return Identity(
        **identity_of(options, REPOSITORY, COMMIT),
        intended_use="Research on retrieval and zero-shot labels of biomedical figures, chest radiographs among them.",
        limitations=[NOTHING_KNOWN, "Trained on figures of articles and their captions, not on films and their reports.", UNREPAIRED],
    )


def make(options: argparse.Namespace) -> list[str]:
    plan = BiomedClipPlan() if options.plan is None else read_plan(options.plan, BiomedClipPlan)
    network, fitting = read_biomedclip(options.checkpoint, plan)
    framework = reference_of(network, read_wordpiece(options.vocabulary, plan.bert.vocabulary))
    differences = write_pack(options.out, dual_encoder(framework), identity(options), options.golden)
    return [*fitting.said(), f"scale {framework.scale:.4f}", f"greatest differences of the graphs from PyTorch: {differences}"]


def main(given: Sequence[str] | None = None) -> int:
    return run_import("biomedclip", arguments(given), make)


if __name__ == "__main__":
    sys.exit(main())
