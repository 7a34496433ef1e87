"""The graphs against PyTorch, and their speed."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..cxr_align.parity import LARGEST_DIFFERENCE, apart, session
from ..outlier.score import OutlierScore
from .decoder import DecoderStep
from .export import FusionGraph
from .model import RefersMini


@torch.no_grad()
def compare(model: RefersMini, outlier: OutlierScore, cells: Tensor, vectors: Tensor, tokens: Tensor, out: Path) -> dict[str, float]:
    """Largest absolute difference, of films [n, …] as studies of one to four of them; raises where one is too large."""
    fusion, decoder = session(out / "view_fusion.onnx"), session(out / "decoder_step.onnx")
    found: dict[str, float] = {}
    for views in (1, 2, 3, 4):
        count = len(cells) // views
        films = [part[: count * views].unflatten(0, (count, views)) for part in (vectors, cells)]
        wanted = FusionGraph(model.fusion, outlier)(*films)
        given = fusion.run(None, {"views_global": films[0].numpy(), "views_local": films[1].numpy()})
        found[f"view_fusion, {views} films"] = apart(given, wanted)
        prefixes, lengths = tokens[:count, : 4 * views], torch.arange(count) % (4 * views) + 1
        logits = DecoderStep(model.decoder)(prefixes, lengths, wanted[1])
        feeds = {"tokens": prefixes.numpy(), "token_count": lengths.numpy(), "memory": wanted[1].numpy()}
        found[f"decoder_step, {4 * views} tokens, {views} films"] = apart(decoder.run(None, feeds), (logits,))
    for name, difference in found.items():
        if not difference < LARGEST_DIFFERENCE:
            raise ValueError(f"{name}: the graph differs from PyTorch by {difference}")
    return found


def milliseconds(out: Path, runs: int = 40) -> dict[str, float]:
    """Median times on one thread: a fusion of one and of four films, a step of the decoder at 16 tokens over one film."""
    draws = np.random.default_rng(0)

    def median(name: str, feeds: dict[str, np.ndarray]) -> float:
        graph, times = session(out / name), []
        for _ in range(runs):
            begin = time.perf_counter()
            graph.run(None, feeds)
            times.append(time.perf_counter() - begin)
        return round(1000 * float(np.median(times)), 2)

    def films(views: int) -> dict[str, np.ndarray]:
        return {"views_global": draws.standard_normal((1, views, 256), np.float32), "views_local": draws.standard_normal((1, views, 100, 256), np.float32)}

    step = {"tokens": np.full((1, 16), 4), "token_count": np.array([16]), "memory": draws.standard_normal((1, 103, 256), np.float32)}
    return {"one film": median("view_fusion.onnx", films(1)), "four films": median("view_fusion.onnx", films(4)), "token": median("decoder_step.onnx", step)}
