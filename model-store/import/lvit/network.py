"""The original LViT (arXiv 2206.14718), stated anew from its description; parameters carry the names of its checkpoints."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .convolution import ConvNorm, DownBlock, PixelAttention, Reconstruct, UpBlock
from .plan import LEVELS, LVitPlan
from .transformer import DeepestUpLevel, DownLevel, FirstDownLevel, Level, UpLevel


class LViT(nn.Module):
    """image float32[n, 3, side, side] in BGR and 0…1, words float32[n, words, text_dims] -> probabilities float32[n, 1, side, side].

    `declares_unused` adds what checkpoints hold and no forward pass reads, so that the state dict has their 541 keys.
    The published network's dropout has no parameters and does nothing in evaluation; it is left out.
    """

    def __init__(self, plan: LVitPlan | None = None, declares_unused: bool = False) -> None:
        super().__init__()
        self.plan = plan = plan or LVitPlan()
        width = plan.width
        self.inc = ConvNorm(3, width)
        self.down1 = DownBlock(width, 2 * width)
        self.down2 = DownBlock(2 * width, 4 * width)
        self.down3 = DownBlock(4 * width, 8 * width)
        self.down4 = DownBlock(8 * width, 8 * width)
        self.downVit = FirstDownLevel(plan)
        self.downVit1, self.downVit2, self.downVit3 = (DownLevel(plan, level) for level in (1, 2, 3))
        self.upVit, self.upVit1, self.upVit2 = (UpLevel(plan, level) for level in (0, 1, 2))
        self.upVit3 = DeepestUpLevel(plan, 3)
        self.reconstruct1, self.reconstruct2, self.reconstruct3, self.reconstruct4 = (
            Reconstruct(plan.dims(level), plan.patch(level)) for level in range(LEVELS)
        )
        self.up4 = UpBlock(8 * width, 4 * width)
        self.up3 = UpBlock(4 * width, 2 * width)
        self.up2 = UpBlock(2 * width, width)
        self.up1 = UpBlock(width, width)
        self.outc = nn.Conv2d(width, 1, 1)
        # Named by the level that the released code fed them to; only the last one's output is read by the transformer.
        self.text_module4 = nn.Conv1d(plan.text_dims, 8 * width, 3, padding=1)
        self.text_module3 = nn.Conv1d(8 * width, 4 * width, 3, padding=1)
        self.text_module2 = nn.Conv1d(4 * width, 2 * width, 3, padding=1)
        self.text_module1 = nn.Conv1d(2 * width, width, 3, padding=1)
        if declares_unused:
            self._declare_unused()

    def forward(self, image: Tensor, words: Tensor) -> Tensor:
        skips = [self.inc(image)]
        for down in (self.down1, self.down2, self.down3):
            skips.append(down(skips[-1]))
        deepest = self.down4(skips[-1])
        tokens = self._transformer(skips, self.project(words))
        back = (self.reconstruct1, self.reconstruct2, self.reconstruct3, self.reconstruct4)
        skips = [skip + reconstruct(own) for skip, reconstruct, own in zip(skips, back, tokens, strict=True)]
        maps = deepest
        for up, skip in zip((self.up4, self.up3, self.up2, self.up1), reversed(skips), strict=True):
            maps = up(maps, skip)
        return torch.sigmoid(self.outc(maps))

    def project(self, words: Tensor) -> Tensor:
        """float32[n, words, text_dims] -> float32[n, words, width]: four convolutions along the words, nothing between."""
        rows = words.transpose(1, 2)
        for module in (self.text_module4, self.text_module3, self.text_module2, self.text_module1):
            rows = module(rows)
        return rows.transpose(1, 2)

    def _transformer(self, skips: list[Tensor], words: Tensor) -> list[Tensor]:
        """The tokens of every level after the way down and up again."""
        first = self.downVit(skips[0], words)
        second = self.downVit1(skips[1], first)
        third = self.downVit2(skips[2], second)
        fourth = self.upVit3(self.downVit3(skips[3], third))
        third = self.upVit2(third, fourth)
        second = self.upVit1(second, third)
        return [self.upVit(first, second), second, third, fourth]

    def _declare_unused(self) -> None:
        for way in ("downVit", "upVit"):
            for level in range(LEVELS):
                part = getattr(self, f"{way}{level or ''}")
                assert isinstance(part, Level)
                part.declare_unused(self.plan, level)
        for level in range(LEVELS):
            dims = self.plan.dims(level)
            getattr(self, f"up{level + 1}").pixModule.declare_unused(dims)
            attention = PixelAttention(dims)
            attention.declare_unused(dims)
            setattr(self, f"pix_module{level + 1}", attention)
