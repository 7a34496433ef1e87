"""Swin (Liu Z. et al., arXiv 2103.14030) with Hugging Face's key names, for squares whose sides divide into whole windows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from importing.keys import Ignored

POSITION_INDEX = Ignored(
    r"(.*\.)?relative_position_index", "which entry of the table of biases belongs to a pair of cells, computed from the window's side"
)
FAR = -100.0
"""Added to the attention between cells that only a shift brought into one window."""


@dataclass(frozen=True)
class SwinPlan:
    """Of `microsoft/swin-tiny-patch4-window7-224`."""

    side: int = 224
    patch: int = 4
    window: int = 7
    width: int = 96
    """Of the first stage; each next one has twice as much on half the side."""
    depths: tuple[int, ...] = (2, 2, 6, 2)
    heads: tuple[int, ...] = (3, 6, 12, 24)
    mlp_ratio: int = 4
    eps: float = 1e-5

    @property
    def out_width(self) -> int:
        return self.width * 2 ** (len(self.depths) - 1)

    def cells(self, stage: int) -> int:
        """A side of stage 0 to the last, in cells."""
        return self.side // self.patch // 2**stage


class Swin(nn.Module):
    """float32[rows, 3, side, side] -> float32[rows, out_width]: the mean of the last stage's cells, behind its norm."""

    def __init__(self, plan: SwinPlan) -> None:
        super().__init__()
        self.embeddings = Embeddings(plan)
        self.encoder = nn.ModuleDict({"layers": nn.ModuleList(Stage(plan, stage) for stage in range(len(plan.depths)))})
        self.layernorm = nn.LayerNorm(plan.out_width, eps=plan.eps)

    def forward(self, images: Tensor) -> Tensor:
        cells = self.embeddings(images)
        for stage in self.encoder["layers"]:
            cells = stage(cells)
        return self.layernorm(cells).mean((1, 2))


class Embeddings(nn.Module):
    def __init__(self, plan: SwinPlan) -> None:
        super().__init__()
        self.patch_embeddings = nn.ModuleDict({"projection": nn.Conv2d(3, plan.width, plan.patch, plan.patch)})
        self.norm = nn.LayerNorm(plan.width, eps=plan.eps)

    def forward(self, images: Tensor) -> Tensor:
        return self.norm(self.patch_embeddings["projection"](images).permute(0, 2, 3, 1))


class Stage(nn.Module):
    """float32[rows, side, side, width] -> the same, or half the side and twice the width where another stage follows."""

    def __init__(self, plan: SwinPlan, stage: int) -> None:
        super().__init__()
        width = plan.width * 2**stage
        self.blocks = nn.ModuleList(Block(plan, stage, is_shifted=bool(at % 2)) for at in range(plan.depths[stage]))
        self.downsample = Merging(width, plan.eps) if stage + 1 < len(plan.depths) else None

    def forward(self, cells: Tensor) -> Tensor:
        for block in self.blocks:
            cells = block(cells)
        return cells if self.downsample is None else self.downsample(cells)


class Merging(nn.Module):
    """Two by two cells become one: top left, bottom left, top right, bottom right."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.reduction = nn.Linear(4 * width, 2 * width, bias=False)
        self.norm = nn.LayerNorm(4 * width, eps=eps)

    def forward(self, cells: Tensor) -> Tensor:
        quarters = [cells[:, down::2, across::2] for across in (0, 1) for down in (0, 1)]
        return self.reduction(self.norm(torch.cat(quarters, -1)))


class Block(nn.Module):
    def __init__(self, plan: SwinPlan, stage: int, is_shifted: bool) -> None:
        super().__init__()
        width, side = plan.width * 2**stage, plan.cells(stage)
        self.window = plan.window
        if side % self.window != 0:
            raise ValueError(f"{side} cells are no whole windows of {self.window}.")
        # A stage of a single window has nothing to shift.
        self.shift = self.window // 2 if is_shifted and side > self.window else 0
        self.layernorm_before = nn.LayerNorm(width, eps=plan.eps)
        self.attention = Attention(width, plan.heads[stage], self.window)
        self.layernorm_after = nn.LayerNorm(width, eps=plan.eps)
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, plan.mlp_ratio * width)})
        self.output = nn.ModuleDict({"dense": nn.Linear(plan.mlp_ratio * width, width)})
        apart = shift_mask(side, self.window, self.shift) if self.shift else None
        self.register_buffer("apart", apart, persistent=False)

    def forward(self, cells: Tensor) -> Tensor:
        cells = cells + self._attended(self.layernorm_before(cells))
        inner = F.gelu(self.intermediate["dense"](self.layernorm_after(cells)))
        return cells + self.output["dense"](inner)

    def _attended(self, cells: Tensor) -> Tensor:
        side = cells.shape[1]
        if self.shift:
            cells = torch.roll(cells, (-self.shift, -self.shift), (1, 2))
        made = whole(self.attention(windows(cells, self.window), self.apart), side)
        return torch.roll(made, (self.shift, self.shift), (1, 2)) if self.shift else made


class Attention(nn.Module):
    """float32[rows, windows, cells, width] -> the same. The keys `self.query` and so on lie one level down."""

    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.self = SelfAttention(width, heads, window)
        self.output = nn.ModuleDict({"dense": nn.Linear(width, width)})

    def forward(self, cells: Tensor, apart: Tensor | None) -> Tensor:
        return self.output["dense"](self.self(cells, apart))


class SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * window - 1) ** 2, heads))
        self.register_buffer("position_index", position_index(window), persistent=False)

    def forward(self, cells: Tensor, apart: Tensor | None) -> Tensor:
        query, key, value = (self._split(part(cells)) for part in (self.query, self.key, self.value))
        scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
        scores = scores + self.relative_position_bias_table[self.position_index].permute(2, 0, 1)
        if apart is not None:
            scores = scores + apart[:, None]
        return (scores.softmax(-1) @ value).transpose(2, 3).flatten(3)

    def _split(self, cells: Tensor) -> Tensor:
        return cells.unflatten(3, (self.heads, -1)).transpose(2, 3)


def windows(cells: Tensor, window: int) -> Tensor:
    """[rows, side, side, width] -> [rows, windows, window², width], row by row in both."""
    cut = cells.unflatten(2, (-1, window)).unflatten(1, (-1, window))
    return cut.transpose(2, 3).flatten(3, 4).flatten(1, 2)


def whole(cut: Tensor, side: int) -> Tensor:
    """What `windows` cut, put together again."""
    window = math.isqrt(cut.shape[2])
    grid = cut.unflatten(2, (window, window)).unflatten(1, (side // window, side // window))
    return grid.transpose(2, 3).flatten(3, 4).flatten(1, 2)


def position_index(window: int) -> Tensor:
    """int64[window², window²]: entry of the table for the way from one cell to another."""
    at = torch.stack(torch.meshgrid(torch.arange(window), torch.arange(window), indexing="ij")).flatten(1)
    down, across = at[:, :, None] - at[:, None, :] + window - 1
    return down * (2 * window - 1) + across


def shift_mask(side: int, window: int, shift: int) -> Tensor:
    """float32[windows, window², window²]: `FAR` between cells that lie apart in the film, 0 elsewhere."""
    # Along one side: whole windows, the last window's cells that stay, those that were rolled in from the other end.
    band = torch.tensor([0] * (side - window) + [1] * (window - shift) + [2] * shift)
    region = windows((3 * band[:, None] + band)[None, :, :, None], window)[0, :, :, 0]
    return (region[:, :, None] != region[:, None, :]).float() * FAR
