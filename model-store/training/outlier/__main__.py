"""`python -m training.outlier --data PATH --pack FOLDER …`: a score of how unlike a film is, put into finished packs.

Reads the films once for each pack through its own image encoder, fits the score on training films, sets its limit on
validation films, and writes the graph, the manifest's component, goldens and figures, and a section of the card. The pack's
other files stay byte for byte.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from ..corpus.films import read_films
from ..corpus.manifest import read_manifest
from .figures import rows_of
from .graph import MARGINS, NAME, Encoder, export, open_encoder
from .pack import Told, write_into
from .pictures import FRONTAL, given, made
from .score import OutlierScore, even_weights, fitted

DIRECTIONS = 64
FALSE_ALARMS = 0.01


def fit(rows: np.ndarray, sources: np.ndarray, parts: np.ndarray, margin: float, without: str | None = None) -> OutlierScore:
    """On training films, each dataset weighing the same; `without` leaves one out everywhere."""
    use = sources != without
    train, validation = use & (parts == "train"), use & (parts == "validation")
    score = fitted(rows[train].astype(np.float64), even_weights(sources[train]), DIRECTIONS)
    score.directions.copy_(score.directions.half().float())
    score.limit.fill_(margin * float(np.quantile(scores_of(score, rows[validation]), 1 - FALSE_ALARMS)))
    return score


@torch.no_grad()
def scores_of(score: OutlierScore, rows: np.ndarray) -> np.ndarray:
    return score.of_rows(torch.from_numpy(np.ascontiguousarray(rows))).numpy()


def corpus_rows(encoder: Encoder, films: np.ndarray, cache: Path) -> np.ndarray:
    if not cache.exists():
        np.save(cache, encoder.rows(films))
    return np.load(cache)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and images")
    parser.add_argument("--pack", type=Path, required=True, action="append", help="folder of a finished pack; several share one score where their encoder is the same")
    parser.add_argument("--pictures", type=Path, help=f"folder of folders of pictures to be measured on; {FRONTAL} holds films of other hospitals")
    parser.add_argument("--work", type=Path, default=Path(".training/outlier"))
    parser.add_argument("--part", choices=("validation", "test"), default="test")
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    table = read_manifest(options.data)
    films = read_films(options.data, table, options.work)
    sources, parts = table["source"].to_numpy(), table["part"].to_numpy()
    asked = parts == options.part
    pictures = made(np.asarray(films[asked]), sources[asked], options.part) | (given(options.pictures) if options.pictures else {})
    for pack in options.pack:
        encoder = open_encoder(pack)
        rows = corpus_rows(encoder, films, options.work / f"{pack.parent.name}.npy")
        margin = MARGINS[encoder.family]
        score = fit(rows, sources, parts, margin)
        export(encoder, score, np.asarray(films[:5]), pack / NAME)
        others = {kind: scores_of(score, encoder.rows(found)) for kind, found in pictures.items()}
        own = {f"films of {options.part}: {name}": scores_of(score, rows[asked & (sources == name)]) for name in np.unique(sources[asked])}
        left_out = {
            f"films of {name}, by a score that was fitted without them": scores_of(fit(rows, sources, parts, margin, name), rows[(sources == name) & (parts != "test")])
            for name in ("nih", "kermany", "hannover")
        }
        frontal = {"films of other hospitals (figures of papers)": others.pop(FRONTAL)} if FRONTAL in others else {}
        found = rows_of({**own, f"films of {options.part}: all": np.concatenate(list(own.values())), **frontal, **left_out, **others})
        write_into(pack, encoder, Told(found, options.part, margin, options.pictures is not None), lambda pixels: float(scores_of(score, encoder.rows(pixels))[0]))
        print(pack, *found, sep="\n", flush=True)


main()
