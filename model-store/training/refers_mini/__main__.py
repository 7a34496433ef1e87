"""`python -m training.refers_mini --data PATH --out PATH`: everything from the films to the finished pack.

The card's figures come from `radserve eval`, which needs the pack. So the pack is made first; then `evaluate-test.sh` of
the work folder asks for them; then the command runs again with `--only-finish`, which writes them into card and manifest.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from ..corpus.films import read_films
from ..corpus.manifest import DATASETS, read_manifest
from ..cxr_align.attributes import attribute_table
from ..run_options import run_options
from .features import make_features
from .finish import Place, finish
from .model import RefersMini
from .sentences import UNFIT, every_text, report_table
from .studies import Drawn, Studies
from .text_bank import make_bank
from .tokenizer import MAX_TOKENS, PAD, read_tokenizer, train_tokenizer
from .trainer import Corpus, load_average, train
from .validation import look
from .variants import variants_of


def padded(tokenizer: Tokenizer, texts: list[str]) -> Tensor:
    """int64 [texts, MAX_TOKENS]"""
    tokens = torch.full((len(texts), MAX_TOKENS), PAD)
    for row, encoded in enumerate(tokenizer.encode_batch(texts)):
        tokens[row, : len(encoded.ids)] = torch.tensor(encoded.ids)
    return tokens


def main() -> None:
    parser = run_options(__doc__, "refers-mini", minutes=None)
    parser.add_argument("--align", type=Path, default=Path("cxr-align/1.0.0"), help="folder of the finished pack whose encoders are used")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--only-look", action="store_true", help="train and read the validation films, but write no pack")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    table = read_manifest(options.data)
    films = read_films(options.data, table, options.work)
    texts, usable = report_table(table)
    if not (pieces := options.work / "tokenizer.json").exists():
        train_tokenizer(every_text()).save(str(pieces))
    tokenizer = read_tokenizer(pieces)
    values, part, sources = attribute_table(table), table["part"].to_numpy(), table["source"].to_numpy()
    made = variants_of(part == "train", sources == "kermany")
    features = make_features(films, made, options.align / "image.onnx", options.work)
    *tokens, unfit = padded(tokenizer, [*map(str, texts), UNFIT])
    bank = make_bank(values, texts, options.align, options.work)
    studies = Studies(sources, table["patient_id"].astype(str).to_numpy(), texts, made, np.flatnonzero(usable & (part == "train")))
    numbers = torch.tensor([DATASETS.index(name) for name in sources])
    corpus = Corpus(features, torch.from_numpy(values), numbers, torch.stack(tokens), unfit, bank, studies)
    count = tokenizer.get_vocab_size()
    rows = np.flatnonzero(usable & (part == "validation"))[:, None]
    validation = Drawn(rows, np.zeros_like(rows), np.zeros_like(rows, bool))

    def show(now: RefersMini) -> None:
        for name, row in look(now, corpus, tokenizer, texts, sources, validation).items():
            print(f"validation {name} {row}", flush=True)

    model = load_average(options.work, count) if options.only_finish else train(corpus, count, options.work, options.steps, show)
    if not options.only_look:
        finish(model, tokenizer, corpus, Place(options.data, options.work, options.out, options.align, options.part, table, films, usable))


if __name__ == "__main__":
    main()
