"""The two graphs of the pack: `text_tokens` and `segmenter`, in the service's own units."""

from __future__ import annotations

import onnx
import torch
from torch import Tensor, nn

from importing.export import export

from .bert import TokenRows
from .network import LViT

IMPORTER = "lvit"
ROWS, LENGTH = "rows", "length"
EXAMPLE_ROWS, EXAMPLE_LENGTH = 2, 7


class Segmenter(nn.Module):
    """pixels uint8[rows, 3, side, side] in RGB, words float32[rows, words, text_dims] -> probabilities float32[rows, 1, side, side].

    The original reads films with OpenCV, so the network's channels are BGR; it divides by 255 and does nothing else.
    """

    def __init__(self, network: LViT) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor, words: Tensor) -> Tensor:
        return self.network(pixels[:, [2, 1, 0]].float() / 255, words)


def segmenter_graph(network: LViT) -> onnx.ModelProto:
    plan = network.plan
    pixels = torch.zeros(EXAMPLE_ROWS, 3, plan.image_side, plan.image_side, dtype=torch.uint8)
    words = torch.zeros(EXAMPLE_ROWS, plan.words, plan.text_dims)
    return export(IMPORTER, Segmenter(network), {"pixels": (pixels, {0: ROWS}), "words": (words, {0: ROWS})}, ["probabilities"])


def text_graph(bert: TokenRows) -> onnx.ModelProto:
    ids = torch.ones(EXAMPLE_ROWS, EXAMPLE_LENGTH, dtype=torch.long)
    symbols = {0: ROWS, 1: LENGTH}
    return export(IMPORTER, bert, {"input_ids": (ids, symbols), "attention_mask": (torch.ones_like(ids), symbols)}, ["tokens"])
