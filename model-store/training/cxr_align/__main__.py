"""`python -m training.cxr_align --data PATH --out PATH`: everything from the films to the finished pack."""

from __future__ import annotations

import numpy as np
import torch

from ..corpus.films import read_films
from ..corpus.manifest import read_manifest
from ..lungs.__main__ import make_lungs
from ..run_options import run_options
from .attributes import attribute_table
from .batches import Batches
from .finish import finish
from .sentences import check_held_out, corpus
from .tokenizer import read_tokenizer, train_tokenizer
from .trainer import load_average, train


def main() -> None:
    parser = run_options(__doc__, "cxr-align", minutes=106)
    parser.add_argument("--lung-minutes", type=float, default=7)
    parser.add_argument("--batch", type=int, default=56)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    check_held_out()
    options.work.mkdir(parents=True, exist_ok=True)
    table = read_manifest(options.data)
    films = read_films(options.data, table, options.work)
    lungs = make_lungs(options.data, options.work, options.lung_minutes, options.threads)
    pieces = options.work / "tokenizer.json"
    if not pieces.exists():
        train_tokenizer(corpus()).save(str(pieces))
    values = attribute_table(table)
    rows = np.flatnonzero(table["part"] == "train")
    batches = Batches(films, lungs, table["source"].to_numpy(), values, rows, options.batch)
    tokenizer = read_tokenizer(pieces)
    model = load_average(options.work, tokenizer) if options.only_finish else train(batches, tokenizer, options.work, options.minutes)
    finish(model, tokenizer, options.data, options.work, options.out, options.part)


if __name__ == "__main__":
    main()
