"""The U of transformer blocks over the same grid of cells at every level; the text joins at the first."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .convolutions import ConvNorm
from .text_encoder import WORD
from .tokenizer import MAX_WORDS

GRID = 10
CELLS = GRID * GRID
TOKENS = (48, 64, 96, 128)
HEADS = 4


class TokenNorm(nn.Sequential):
    """A convolution along the last axis and batch norm."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3) -> None:
        super().__init__(nn.Conv1d(inputs, outputs, kernel, padding=kernel // 2, bias=False), nn.BatchNorm1d(outputs))


class ViTBlock(nn.Module):
    """One pre-norm block; GELU after both linear layers of the MLP, as published."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.before_attention, self.before_hidden = nn.LayerNorm(width), nn.LayerNorm(width)
        self.inputs, self.outputs = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.first, self.second = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, cells: Tensor) -> Tensor:
        count, length, width = cells.shape
        query, key, value = self.inputs(self.before_attention(cells)).view(count, length, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        weights = (query @ key.transpose(-1, -2) * (width // HEADS) ** -0.5).softmax(-1)
        cells = cells + self.outputs((weights @ value).transpose(1, 2).reshape(count, length, width))
        return cells + F.gelu(self.second(F.gelu(self.first(self.before_hidden(cells)))))


class TextJoin(nn.Module):
    """Words [n, MAX_WORDS, WORD] to an addend of the first level's tokens [n, CELLS, TOKENS[0]] (LViT's text modules and CTBN3)."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow = nn.Conv1d(WORD, 64, 3, padding=1)
        self.narrower = nn.Conv1d(64, TOKENS[0], 3, padding=1)
        self.spread = TokenNorm(MAX_WORDS, CELLS)

    def forward(self, words: Tensor) -> Tensor:
        said = self.narrower(self.narrow(words.transpose(1, 2))).transpose(1, 2)
        return F.relu(self.spread(said))


class Cells(nn.Module):
    """Patches of one level of the convolutions as tokens with their places."""

    def __init__(self, channels: int, patch: int, width: int) -> None:
        super().__init__()
        self.patches = nn.Conv2d(channels, width, patch, patch)
        self.place = nn.Parameter(torch.randn(CELLS, width) * 0.02)

    def forward(self, level: Tensor) -> Tensor:
        # With AMX, PyTorch 2.13 reads a bf16 filter of 24 channels and a stride of 8 as if it had 32 channels: another filter, and no error.
        with torch.autocast("cpu", enabled=False):
            patches = self.patches(level.float())
        return patches.flatten(2).transpose(1, 2) + self.place


class Reconstruct(nn.Module):
    """Tokens back to a map of the level's size. Bilinear where the original repeats cells: cuts fall between them."""

    def __init__(self, width: int, channels: int, patch: int) -> None:
        super().__init__()
        self.patch = patch
        self.mix = ConvNorm(width, channels, 1)

    def forward(self, cells: Tensor) -> Tensor:
        level = self.mix(cells.transpose(1, 2).unflatten(2, (GRID, GRID)))
        if self.patch > 1:
            level = F.interpolate(level, scale_factor=float(self.patch), mode="bilinear", align_corners=False)
        return F.relu(level)


class TextViT(nn.Module):
    """Four levels down, four up: features and words to addends for the four skips."""

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__()
        patches = (8, 4, 2, 1)
        self.text = TextJoin()
        self.cells = nn.ModuleList(Cells(c, p, t) for c, p, t in zip(channels, patches, TOKENS))
        self.down_blocks = nn.ModuleList(ViTBlock(t) for t in TOKENS)
        self.up_blocks = nn.ModuleList(ViTBlock(t) for t in TOKENS)
        self.deeper = nn.ModuleList(TokenNorm(a, b // 2) for a, b in zip(TOKENS, TOKENS[1:]))
        self.own = nn.ModuleList(TokenNorm(t, t - t // 2) for t in TOKENS[1:])
        self.shallower = nn.ModuleList(TokenNorm(b, a) for a, b in zip(TOKENS, TOKENS[1:]))
        self.reconstruct = nn.ModuleList(Reconstruct(t, c, p) for t, c, p in zip(TOKENS, channels, patches))

    @staticmethod
    def along(norm: TokenNorm, cells: Tensor) -> Tensor:
        return F.relu(norm(cells.transpose(1, 2))).transpose(1, 2)

    def forward(self, levels: tuple[Tensor, ...], words: Tensor) -> list[Tensor]:
        found = [self.down_blocks[0](self.cells[0](levels[0]) + self.text(words))]
        for at in range(1, len(TOKENS)):
            joined = torch.cat([self.along(self.own[at - 1], self.cells[at](levels[at])), self.along(self.deeper[at - 1], found[-1])], 2)
            found.append(self.down_blocks[at](joined))
        risen = self.up_blocks[-1](found[-1])
        maps = [self.reconstruct[-1](risen)]
        for at in range(len(TOKENS) - 2, -1, -1):
            risen = self.up_blocks[at](found[at]) + self.along(self.shallower[at], risen)
            maps.insert(0, self.reconstruct[at](risen))
        return maps
