"""`python -m training.lvit_lung --data PATH --out PATH`: everything from the films to the finished pack."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import torch

from ..corpus.films import read_films, read_true_masks
from ..corpus.manifest import read_manifest
from ..run_options import run_options
from .batches import Batches
from .finish import finish
from .tokenizer import build_tokenizer, read_tokenizer
from .trainer import load, train
from .warm_start import load_pack


def main() -> None:
    parser = run_options(__doc__, "lvit-lung", minutes=None)
    parser.add_argument("--films", type=int, default=10, help="films a step, each with three texts")
    parser.add_argument("--steps", type=int, default=3000, help="of the main training, all starts together")
    parser.add_argument("--lessons", type=int, default=500, help="steps on texts alone, before the main training")
    parser.add_argument("--rate", type=float, default=1e-3, help="the greatest learning rate")
    parser.add_argument("--from", dest="pack", type=Path, help="folder of a finished pack whose weights to begin with; left out, from scratch")
    parser.add_argument("--last", action="store_true", help="finish with the last weights; left out, with the averaged ones")
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
    begin = partial(load_pack, pack=options.pack, batches=batches) if options.pack else None
    if not options.only_finish:
        train(batches, words, options.work, options.steps, options.lessons, options.rate, begin)
    finish(load(options.work, words, options.last), tokenizer, options.data, options.work, options.out, options.part)


if __name__ == "__main__":
    main()
