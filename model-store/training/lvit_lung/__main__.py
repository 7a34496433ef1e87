"""`python -m training.lvit_lung --data PATH --out PATH`: everything from the films to the finished pack."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from ..corpus.films import read_films, read_true_masks
from ..corpus.manifest import read_manifest
from .batches import Batches
from .finish import finish
from .tokenizer import build_tokenizer, read_tokenizer
from .trainer import load_average, train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv, images and masks")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pack")
    parser.add_argument("--work", type=Path, default=Path(".training/lvit-lung"), help="caches and checkpoints; never committed")
    parser.add_argument("--minutes", type=float, default=93, help="wall clock of the training, all starts together")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--films", type=int, default=10, help="films a step, each with three texts")
    parser.add_argument("--part", choices=("validation", "test"), default="test", help="films that the card's figures come from")
    parser.add_argument("--only-finish", action="store_true", help="export and evaluate the last checkpoint as it is")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    table = read_manifest(options.data)
    films = read_films(options.data, table, options.work)
    rows, lungs = read_true_masks(options.data, table, options.work)
    pieces = options.work / "tokenizer.json"
    if not pieces.exists():
        build_tokenizer().save(str(pieces))
    tokenizer = read_tokenizer(pieces)
    words = tokenizer.get_vocab_size()
    use = table["part"].to_numpy()[rows] == "train"
    batches = Batches(films[rows[use]], lungs[use], table["source"].to_numpy()[rows[use]], tokenizer, options.films)
    model = load_average(options.work, words) if options.only_finish else train(batches, words, options.work, options.minutes)
    finish(model, tokenizer, options.data, options.work, options.out, options.part)


if __name__ == "__main__":
    main()
