"""python -m importing.ranking PACK --work FOLDER [--part PART] [--films FOLDER], from model-store/import/: how PyTorch scores 200 films by 50 texts.

FOLDER is what the system's `prove` wrote at full size, PACK one of its packs, PART the tower or variant where it has several.
Writes `ranking-PACK/` into FOLDER: `global.npy`, float32[films, texts], the cosines; and `cases.json`: the films' paths, the texts, and
how far PyTorch's own cosines move when its convolutions are not oneDNN's. `test/parity/ranking.ts` then asks the service the same.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from . import films
from .dual_encoder.expected import SIZES
from .dual_encoder.framework import Framework
from .preparing import pixels, read_film
from .proof import Proof, Setting

FILMS, TEXTS = 200, 50
TOGETHER = 4
"""Films that the image tower is given at a time."""
FIRST_SEED = 1000
EVERY = 8
"""Of the films, that are scored a second time."""

Steps = list[dict[str, Any]]


def proof_of(pack: str, setting: Setting) -> Proof:
    """A pack's name begins with its system's."""
    prepare = importlib.import_module(f"{pack.split('-')[0]}.prove").prepare
    for proof in prepare(setting):
        if proof.pack == pack:
            return proof
    sys.exit(f"{pack}: no pack of this name is proved")


def texts() -> list[str]:
    """CheXpert's prompts as MedCLIP has them, ten a class."""
    from medclip.prompts import CHEXPERT, in_full, spread

    return [text for group in spread(in_full(CHEXPERT)).values() for text in group][:TEXTS]


def films_of(folder: Path | None, work: Path) -> list[Path]:
    """Evenly spaced among the folder's, or drawn."""
    if folder is None:
        drawn = [films.draw(FIRST_SEED + at, *SIZES[at % len(SIZES)]) for at in range(FILMS)]
        return [films.write(work / "ranking-films" / f"{at}.png", film) for at, film in enumerate(drawn)]
    found = sorted(path for path in folder.resolve().iterdir() if path.suffix.lower() in (".png", ".jpg", ".jpeg"))
    if len(found) < FILMS:
        raise SystemExit(f"{folder} holds {len(found)} films; {FILMS} are wanted.")
    return [found[at * len(found) // FILMS] for at in range(FILMS)]


@torch.no_grad()
def cosines(framework: Framework, steps: Steps, paths: Sequence[Path], asked: Sequence[str]) -> Tensor:
    """float32[films, texts]"""
    made = F.normalize(torch.stack([framework.text(text).vector for text in asked]), dim=-1)
    rows = []
    for begin in range(0, len(paths), TOGETHER):
        prepared = np.stack([pixels(read_film(path), steps) for path in paths[begin : begin + TOGETHER]])
        rows.append(F.normalize(framework.image(torch.from_numpy(prepared)).vectors, dim=-1) @ made.T)
    return torch.cat(rows)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m importing.ranking", description=__doc__.splitlines()[0])
    parser.add_argument("pack", help="one that the system's `prove` made, such as mgca-vit-fixed")
    parser.add_argument("--part", default="", help="the tower or variant that it is of, where the system has several")
    parser.add_argument("--work", type=Path, required=True, help="what the system's `prove` wrote")
    parser.add_argument("--films", type=Path, help="a folder of at least 200 PNG and JPEG files; left out, films are drawn")
    options = parser.parse_args()
    torch.set_num_threads(1)
    work: Path = options.work.resolve()
    paths, asked = films_of(options.films, work), texts()
    proof = proof_of(options.pack, Setting(work, False, options.part, sorted((work / "films").iterdir())))
    out = work / f"ranking-{options.pack}"
    out.mkdir(exist_ok=True)
    scores = cosines(proof.framework, proof.steps, paths, asked)
    with torch.backends.mkldnn.flags(enabled=False):
        moved = (cosines(proof.framework, proof.steps, paths[::EVERY], asked) - scores[::EVERY]).abs().max().item()
    np.save(out / "global.npy", np.ascontiguousarray(scores.float().numpy()))
    cases = {"films": list(map(str, paths)), "texts": asked, "moved": moved}
    (out / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
