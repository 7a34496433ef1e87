"""python -m lvit --checkpoint best_model-LViT.pth.tar --bert FOLDER --out PACK_FOLDER [...], from model-store/import/."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch

from importing.options import NOTHING_KNOWN, identity_of, import_options

from importing import films
from .bert import read_bert, read_tokenizer
from .checkpoint import dead_keys, dead_parameters, network_from, read_state
from .manifest import COMMIT, REPOSITORY, Identity
from .pack import Model, Question, write_pack

SENTENCES = [
    "Bilateral pulmonary infection, two infected areas, upper left lung and upper right lung.",
    "Unilateral pulmonary infection, one infected area, lower left lung.",
    "left lung",
]
"""Of the QaTa-COV19 grammar, and a short one that the rule of the original fills up."""

KNOWN_PHRASES = ["infection", "infected area", "infected areas"]


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = import_options("lvit", "Make a pack of a checkpoint of the original LViT.", "best_model-LViT.pth.tar", "LViT, original size")
    parser.add_argument("--bert", type=Path, required=True, help="folder of bert-base-uncased: config.json, vocab.txt, model.safetensors")
    parser.add_argument("--structure", default="infected area", help="what the checkpoint was trained to outline")
    parser.add_argument("--known", action="append", help=f"phrase that a fitting sentence has (repeatable; default: {KNOWN_PHRASES})")
    parser.add_argument(
        "--golden", nargs=2, action="append", metavar=("FILM", "SENTENCE"), help="repeatable; default: films drawn from a seed"
    )
    return parser.parse_args(given)


def questions(given: list[list[str]] | None, side: int, folder: Path) -> list[Question]:
    if given:
        return [Question(Path(film), sentence) for film, sentence in given]
    drawn = [films.write(folder / f"drawn-{seed}.png", films.draw(seed, side, side)) for seed in (1, 2)]
    return [Question(drawn[i % 2], sentence) for i, sentence in enumerate(SENTENCES)]


def identity(options: argparse.Namespace) -> Identity:
    return Identity(
        **identity_of(options, REPOSITORY, COMMIT),
        intended_use="Research on segmentation of films of the kind that the checkpoint was trained on.",
        limitations=[
            NOTHING_KNOWN,
            "The sentence says where to look and is given with the film; in the published evaluation it encodes the answer's place.",
            "Only the first ten words and, through BERT, the first 23 pieces of a sentence are read.",
        ],
        structures=[{"name": options.structure, "examples": SENTENCES[:2]}],
        known_phrases=options.known or KNOWN_PHRASES,
    )


def main(given: Sequence[str] | None = None) -> int:
    options = arguments(given)
    torch.set_num_threads(options.threads)
    try:
        state = read_state(options.checkpoint)
        network = network_from(state)
        bert = read_bert(options.bert, network.plan.text_dims)
        model = Model(network, bert, read_tokenizer(options.bert, bert))
        with tempfile.TemporaryDirectory() as folder:
            asked = questions(options.golden, network.plan.image_side, Path(folder))
            differences = write_pack(options.out, model, identity(options), asked)
    except (ValueError, OSError) as error:
        print(f"lvit: {error}", file=sys.stderr)
        return 1
    live = sum(value.numel() for value in network.parameters())
    dead = dead_parameters(network.plan)
    buffers = len(dead_keys(network.plan)) - len(dead)
    print(f"{options.out}: {live:,} live parameters; {len(dead)} dead tensors and their {buffers} statistics dropped")
    print(f"greatest differences of the graphs from PyTorch: {differences}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
