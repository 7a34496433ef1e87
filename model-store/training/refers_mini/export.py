"""The trained model as ONNX graphs; weights that are exact in half precision are stored so."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.export import Dim
from torch.nn import functional as F

from ..cxr_align.export import SMALLEST_HALF, write_graph
from ..outlier.score import OutlierScore
from .decoder import DecoderStep
from .features import CELLS, WIDTH
from .fusion import ViewFusion
from .model import RefersMini
from .tokenizer import MAX_TOKENS


def finished(model: RefersMini) -> RefersMini:
    """A copy with the weights that the graphs hold: evaluation and goldens use it, so storing halves loses nothing."""
    model = copy.deepcopy(model).eval()
    for value in model.parameters():
        if value.numel() >= SMALLEST_HALF:
            value.data = value.data.half().float().contiguous()
    return model


class FusionGraph(nn.Module):
    """From what the image encoder gives of each film to the study: its vector, its memory, the weights, and how unlike all films it is."""

    def __init__(self, fusion: ViewFusion, outlier: OutlierScore) -> None:
        super().__init__()
        self.fusion, self.outlier = fusion, outlier

    def forward(self, views_global: Tensor, views_local: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        vectors, cells = F.normalize(views_global, dim=-1), F.normalize(views_local, dim=-1)
        score = self.outlier(cells, vectors)
        study = self.fusion(cells, vectors, (score > 1).to(cells.dtype))
        return study.vector, study.memory, study.weights, study.patches, score.amin(1)


def export_all(model: RefersMini, outlier: OutlierScore, out: Path) -> None:
    """`model` comes from `finished`."""
    out.mkdir(parents=True, exist_ok=True)
    rows, views, length, positions = Dim("n", max=4096), Dim("views", max=64), Dim("length", min=1, max=MAX_TOKENS), Dim("positions", max=8192)
    films = torch.randn(3, 2, WIDTH), torch.randn(3, 2, CELLS, WIDTH)
    write_graph(
        FusionGraph(model.fusion, outlier), films, ["views_global", "views_local"], ["global", "memory", "view_weights", "patch_weights", "outlier_score"],
        ({0: rows, 1: views}, {0: rows, 1: views}), out / "view_fusion.onnx",
    )
    tokens = torch.randint(4, 50, (3, 8)), torch.tensor([2, 8, 5]), torch.randn(3, 203, WIDTH)
    write_graph(
        DecoderStep(model.decoder), tokens, ["tokens", "token_count", "memory"], ["logits"],
        ({0: rows, 1: length}, {0: rows}, {0: rows, 1: positions}), out / "decoder_step.onnx",
    )
