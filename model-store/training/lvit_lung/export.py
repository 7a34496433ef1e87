"""The trained model as three ONNX graphs: batch norm folded, weights stored in half, computed in full."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.export import Dim
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ..corpus.films import SIZE
from ..cxr_align.export import SMALLEST_HALF, write_graph
from .convolutions import WIDTHS, ConvNorm
from .model import LVitLung
from .text_encoder import WORD
from .tokenizer import MAX_WORDS
from .transformer import TokenNorm

LEVELS = [f"level{at}" for at in range(1, len(WIDTHS) + 1)]


def finished(model: LVitLung) -> LVitLung:
    """A copy whose convolutions hold their batch norm and whose weights are exact in half precision.

    Everything after training (evaluation, goldens, graphs) uses this copy, so storing halves loses nothing.
    """
    model = copy.deepcopy(model).eval()
    for module in model.modules():
        if isinstance(module, ConvNorm | TokenNorm):
            module[0] = fuse_conv_bn_eval(module[0], module[1])
            module[1] = nn.Identity()
    for value in model.parameters():
        if value.numel() >= SMALLEST_HALF:
            value.data = value.data.half().float().contiguous()
    return model.to(memory_format=torch.contiguous_format)


class ImageGraph(nn.Module):
    def __init__(self, model: LVitLung) -> None:
        super().__init__()
        self.image = model.image

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        return self.image(pixels)


class SegmenterGraph(nn.Module):
    def __init__(self, model: LVitLung) -> None:
        super().__init__()
        self.segmenter = model.segmenter

    def forward(self, level1: Tensor, level2: Tensor, level3: Tensor, level4: Tensor, level5: Tensor, words: Tensor) -> Tensor:
        return self.segmenter((level1, level2, level3, level4, level5), words).sigmoid()


def export_all(model: LVitLung, out: Path) -> None:
    """Write the graphs; `model` comes from `finished`."""
    out.mkdir(parents=True, exist_ok=True)
    rows, length = Dim("rows", max=4096), Dim("length", min=2, max=MAX_WORDS)
    pixels = torch.randint(0, 255, (3, 1, SIZE, SIZE), dtype=torch.uint8)
    write_graph(ImageGraph(model), (pixels,), ["pixels"], LEVELS, ({0: rows},), out / "image.onnx")
    ids = torch.randint(2, 200, (3, 17))
    write_graph(
        model.text, (ids, torch.ones_like(ids)), ["input_ids", "attention_mask"], ["tokens"], ({0: rows, 1: length}, {0: rows, 1: length}), out / "text.onnx"
    )
    with torch.no_grad():
        levels = model.image(pixels)
    words = torch.randn(3, MAX_WORDS, WORD)
    write_graph(SegmenterGraph(model), (*levels, words), [*LEVELS, "words"], ["probabilities"], tuple({0: rows} for _ in range(len(levels) + 1)), out / "segmenter.onnx")
