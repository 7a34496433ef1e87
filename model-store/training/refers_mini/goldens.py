"""Studies and what PyTorch writes of them, beside cxr-align's own goldens."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer
from torch.nn import functional as F

from ..corpus.films import preprocess
from ..cxr_align.parity import session
from ..outlier.score import OutlierScore
from .export import FusionGraph
from .features import encode
from .model import RefersMini, write
from .strangers import strangers
from .tokenizer import END, START

STRANGER = "goldens/no-radiograph.png"
TOLERANCE = 2e-3


def stored_goldens(align: Path, out: Path) -> list[dict[str, object]]:
    """cxr-align's, whose towers are the same files; their films are copied."""
    goldens = json.loads((align / "model.json").read_text())["goldens"]
    (out / "goldens").mkdir(parents=True, exist_ok=True)
    for golden in goldens:
        if golden["kind"] == "image":
            shutil.copyfile(align / golden["image"], out / golden["image"])
    return goldens


@torch.no_grad()
def make_goldens(model: RefersMini, outlier: OutlierScore, tokenizer: Tokenizer, align: Path, out: Path) -> list[dict[str, object]]:
    goldens = stored_goldens(align, out)
    films = [golden["image"] for golden in goldens if golden["kind"] == "image"]
    Image.fromarray(strangers(np.zeros((1, 160, 160), np.uint8), 1)["scene like a photograph"][0]).save(out / STRANGER)
    encoder = session(align / "image.onnx")
    written = []
    for names in ([films[0]], [films[1]], [films[2]], [films[2], STRANGER], films[1:3], [STRANGER]):
        pixels = np.stack([preprocess(Image.open(out / name)) for name in names])
        vectors, cells = (torch.from_numpy(part)[None] for part in encode(encoder, pixels))
        memory = FusionGraph(model.fusion, outlier)(vectors, cells)[1]
        ids = write(model, memory)[0]
        chances = F.log_softmax(model.decoder(torch.tensor([[START, *ids]]), memory)[0], -1)
        every = [*ids, END]
        written.append({
            "kind": "report", "images": names, "method": "greedy", "ids": every, "text": tokenizer.decode(ids), "tolerance": TOLERANCE,
            "log_probabilities": [round(float(chances[at, piece]), 6) for at, piece in enumerate(every)],
        })
    return [*goldens, *written]
