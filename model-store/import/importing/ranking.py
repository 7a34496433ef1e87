"""python -m importing.ranking SYSTEM --work FOLDER [--films FOLDER], from model-store/import/: how PyTorch scores 200 films by 50 texts.

FOLDER is what the system's `prove` wrote at full size. Writes `ranking-SYSTEM/` into it: `cases.json`, the films' paths and the
texts, and `global.npy`, float32[films, texts], the cosines. `test/parity/ranking.ts` then asks the service the same.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
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
from .wordpiece import read_wordpiece

FILMS, TEXTS = 200, 50
TOGETHER = 4
"""Films that the image tower is given at a time."""
FIRST_SEED = 1000

Steps = list[dict[str, Any]]
Known = tuple[Framework, Steps]


def convirt(work: Path) -> Known:
    from convirt.checkpoint import read_convirt
    from convirt.manifest import convirt_sections
    from convirt.pack import reference_of
    from convirt.variants import VARIANTS

    variant = VARIANTS["benchx"]
    network, _ = read_convirt(work / "ConVIRT-benchx.pth", variant, variant.plan)
    framework = reference_of(network, variant, read_wordpiece(work / "vocab.txt", variant.plan.bert.vocabulary))
    return framework, convirt_sections(variant, variant.plan)["image"]["steps"]


def gloria(work: Path) -> Known:
    from gloria.checkpoint import read_gloria
    from gloria.manifest import gloria_sections
    from gloria.network import GloriaPlan
    from gloria.pack import reference_of

    plan = GloriaPlan()
    network, _ = read_gloria(work / "chexpert_resnet50.ckpt", plan)
    framework = reference_of(network, read_wordpiece(work / "vocab.txt", plan.bert.vocabulary), "fixed")
    return framework, gloria_sections(plan, "fixed", {})["image"]["steps"]


def mgca(tower: str) -> Callable[[Path], Known]:
    def read(work: Path) -> Known:
        from mgca.checkpoint import read_mgca
        from mgca.manifest import image_section
        from mgca.network import MgcaPlan
        from mgca.pack import reference_of

        plan = MgcaPlan()
        network, _ = read_mgca(work / f"{tower}.ckpt", plan)
        return reference_of(network, read_wordpiece(work / "vocab.txt", plan.bert.vocabulary), "fixed"), image_section(plan.side)["steps"]

    return read


def biovil(work: Path) -> Known:
    from biovil.__main__ import PLANS
    from biovil.checkpoint import read_biovil
    from biovil.manifest import biovil_sections
    from biovil.pack import reference_of

    plan = PLANS["biovil-t"]
    network, _ = read_biovil(work / "biovil-t-image.pt", work / "biovil-t-pytorch_model.bin", plan)
    framework = reference_of(network, read_wordpiece(work / "biovil-t-vocab.txt", plan.bert.vocabulary))
    return framework, biovil_sections(plan)["image"]["steps"]


def biomedclip(work: Path) -> Known:
    from biomedclip.prove import prepare

    proof = prepare(work, False)
    return proof.framework, proof.steps


def chexzero(work: Path) -> Known:
    from chexzero.prove import prepare

    proof = prepare(work, False)
    return proof.framework, proof.steps


SYSTEMS: dict[str, Callable[[Path], Known]] = {
    "biomedclip": biomedclip, "biovil": biovil, "chexzero": chexzero, "convirt": convirt, "gloria": gloria,
    "mgca-resnet": mgca("resnet"), "mgca-vit": mgca("vit"),
}


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
    parser.add_argument("system", choices=list(SYSTEMS))
    parser.add_argument("--work", type=Path, required=True, help="what the system's `prove` wrote")
    parser.add_argument("--films", type=Path, help="a folder of at least 200 PNG and JPEG files; left out, films are drawn")
    options = parser.parse_args()
    torch.set_num_threads(1)
    work: Path = options.work.resolve()
    paths, asked = films_of(options.films, work), texts()
    framework, steps = SYSTEMS[options.system](work)
    out = work / f"ranking-{options.system}"
    out.mkdir(exist_ok=True)
    np.save(out / "global.npy", np.ascontiguousarray(cosines(framework, steps, paths, asked).float().numpy()))
    (out / "cases.json").write_text(json.dumps({"films": list(map(str, paths)), "texts": asked}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
