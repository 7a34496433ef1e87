"""Changes a radiograph can bear. Never flipped: the text's left and right, the heart's side and the marker would disagree."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ..cxr_align.augment import Reach, even, frame, maybe, move, tone


REACH = Reach(angle=0.16, wide=(0.9, 1.28), tall=(0.82, 1.2), shift=0.09, border=0.5)


def haze(films: Tensor) -> Tensor:
    """Soft white clouds over a third of the films, as disease and scatter make them."""
    count, _, height, width = films.shape
    cloud = F.interpolate(torch.rand(count, 1, 5, 5), size=(height, width), mode="bicubic", align_corners=False).clamp(0, 1)
    amount = torch.where(maybe(count, 0.35), even(count, 0.1, 0.6), torch.zeros(()))
    return films * (1 - amount * cloud) + amount * cloud * 190


def distort(films: Tensor, lungs: Tensor) -> tuple[Tensor, Tensor]:
    """Films float [n,1,h,w] in 0..255 and lungs [n,2,h,w] in 0..1, moved, hazed, toned and framed; lungs come out as 0 or 1."""
    films, lungs = move(films, lungs, REACH)
    lungs = (lungs > 0.5).float()
    return frame(tone(haze(films)), lungs), lungs
