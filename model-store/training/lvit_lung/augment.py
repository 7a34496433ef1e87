"""Changes a radiograph can bear. Never flipped: the text's left and right, the heart's side and the marker would disagree."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ..cxr_align.augment import Reach, even, frame, maybe, move, tone


NEAR = Reach(angle=0.08, wide=(0.94, 1.14), tall=(0.9, 1.1), shift=0.05, border=0.5)
FAR = Reach(angle=0.16, wide=(0.9, 1.28), tall=(0.82, 1.2), shift=0.09, border=0.5)
FAR_SHARE = 0.3


def haze(films: Tensor) -> Tensor:
    """Soft white clouds over a quarter of the films, as disease and scatter make them."""
    count, _, height, width = films.shape
    cloud = F.interpolate(torch.rand(count, 1, 5, 5), size=(height, width), mode="bicubic", align_corners=False).clamp(0, 1)
    amount = torch.where(maybe(count, 0.25), even(count, 0.1, 0.6), torch.zeros(()))
    return films * (1 - amount * cloud) + amount * cloud * 190


def distort(films: Tensor, lungs: Tensor) -> tuple[Tensor, Tensor]:
    """Films float [n,1,h,w] in 0..255 and lungs [n,2,h,w] in 0..1, moved, hazed, toned and framed; lungs come out as 0 or 1."""
    films, lungs = move(films, lungs, FAR if torch.rand(()) < FAR_SHARE else NEAR)
    lungs = (lungs > 0.5).float()
    return frame(tone(haze(films)), lungs), lungs
