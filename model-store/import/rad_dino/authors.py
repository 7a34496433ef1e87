"""python -m rad_dino.authors --work FOLDER, from model-store/import/: transformers beside the importer's statement.

RAD-DINO's authors publish no code of the tower: their model card runs `Dinov2Model` and `BitImageProcessor` of transformers. Both are run
here on the files that `python -m rad_dino.prove --work FOLDER` wrote, from the same PNGs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F
from transformers import Dinov2Config, Dinov2Model
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil

from importing.plan import read_plan
from importing.preparing import pixels, read_film

from .checkpoint import read_rad_dino
from .manifest import rad_dino_sections
from .network import RadDinoPlan
from .pack import reference_of
from .preprocessor import FILE, read_preprocessor

TOLERANCE = 1e-4


def config_of(plan: RadDinoPlan) -> Dinov2Config:
    return Dinov2Config(
        hidden_size=plan.width, num_hidden_layers=plan.layers, num_attention_heads=plan.heads, mlp_ratio=plan.inner // plan.width,
        image_size=plan.side, patch_size=plan.patch, layer_norm_eps=plan.eps,
    )


@torch.no_grad()
def authors_rows(folder: Path, plan: RadDinoPlan, films: Sequence[Path]) -> Tensor:
    """float32[films, 1 + grid², width]: `last_hidden_state` of `model.safetensors` and `preprocessor_config.json` in the folder."""
    model, loading = Dinov2Model.from_pretrained(folder, config=config_of(plan), output_loading_info=True)
    if any(loading[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys")):
        raise ValueError(f"transformers reads the file otherwise: {loading}")
    processor = BitImageProcessorPil(**json.loads((folder / FILE).read_text()))
    rows = [model.eval()(**processor(images=Image.open(film), return_tensors="pt")).last_hidden_state for film in films]
    return torch.cat(rows)


def stated_rows(folder: Path, plan: RadDinoPlan, films: Sequence[Path]) -> Tensor:
    """The same by the importer's own statement and preparation."""
    said = read_preprocessor(folder / FILE, plan.side)
    framework = reference_of(read_rad_dino(folder / "model.safetensors", plan)[0], said)
    steps = rad_dino_sections(said)["image"]["steps"]
    made = [framework.image(torch.from_numpy(pixels(read_film(film), steps))[None]) for film in films]
    return torch.cat([torch.cat([image.vectors[:, None], image.cells.flatten(1, 2)], 1) for image in made])


def compared(stated: Tensor, authors: Tensor) -> tuple[float, float]:
    """Greatest difference of a number of vectors of unit length, and their least cosine."""
    stated, authors = F.normalize(stated.double(), dim=-1), F.normalize(authors.double(), dim=-1)
    return float((stated - authors).abs().max()), float((stated * authors).sum(-1).min())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m rad_dino.authors", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="the folder that rad_dino.prove wrote")
    work = parser.parse_args().work
    torch.set_num_threads(1)
    plan = read_plan(work / "rad-dino-plan.json", RadDinoPlan)
    films = sorted((work / "films").glob("*.png"))
    stated, authors = stated_rows(work, plan, films), authors_rows(work, plan, films)
    rows = {"image vectors": compared(stated[:, 0], authors[:, 0]), "cells of the local grid": compared(stated[:, 1:], authors[:, 1:])}
    for quantity, (worst, cosine) in rows.items():
        print(f"{quantity}: {len(films)} films, greatest difference {worst:.1e}, least cosine {cosine:.8f}")
    return 0 if all(worst <= TOLERANCE for worst, _ in rows.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
