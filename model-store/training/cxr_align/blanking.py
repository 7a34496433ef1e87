"""Films with the lungs taken out, with all but the lungs taken out, and with another film's surroundings.

These teach the model that findings are answered by the lungs and by nothing else.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .augment import even, maybe, rectangles

INTACT, SWAPPED, OUTSIDE_BLANKED, LUNGS_BLANKED = range(4)
SHARES = (0.52, 0.13, 0.15, 0.20)


def grow(mask: Tensor, radius: int) -> Tensor:
    """A mask widened by `radius` pixels."""
    return F.max_pool2d(mask, 2 * radius + 1, 1, radius) if radius else mask


def hollow(films: Tensor, mask: Tensor) -> Tensor:
    """What the surroundings of a mask suggest inside it: a wide mean of the pixels outside."""
    outside = 1 - mask
    light = F.avg_pool2d(F.avg_pool2d(films * outside, 8), 9, 1, 4)
    weight = F.avg_pool2d(F.avg_pool2d(outside, 8), 9, 1, 4)
    smooth = F.interpolate(light / (weight + 1e-3), size=films.shape[-2:], mode="bilinear", align_corners=False)
    return films * outside + smooth * mask


def fills(films: Tensor) -> Tensor:
    """A flat or noisy fill per film: black, the film's mean, any grey, or noise."""
    count = len(films)
    kind = torch.randint(0, 5, (count, 1, 1, 1))
    mean = films.mean((2, 3), keepdim=True)
    grey = even(count, 0, 255)
    flat = torch.where(kind == 0, torch.zeros_like(mean), torch.where(kind <= 2, mean, grey))
    coarse = F.interpolate(torch.rand(count, 1, 20, 20), size=films.shape[-2:], mode="bilinear", align_corners=False) * 255
    noise = torch.where(maybe(count, 0.5), coarse, torch.rand_like(films) * 255)
    return torch.where(kind == 4, noise, flat.expand_as(films))


def partners(sources: Tensor) -> Tensor:
    """For each film another one of the same dataset, where the batch has one."""
    order = torch.rand(len(sources)) + sources * 2.0
    ranked = order.argsort()
    shifted = ranked.clone()
    for source in sources.unique():
        at = (sources[ranked] == source).nonzero().flatten()
        shifted[at] = ranked[at.roll(1)]
    found = torch.empty_like(ranked)
    found[ranked] = shifted
    return found


def without_lungs(films: Tensor, mask: Tensor, other: Tensor) -> Tensor:
    """Lungs covered, and often more than the lungs, so that the cover's shape tells nothing."""
    count = len(films)
    cover = grow(mask, int(torch.randint(0, 9, ())))
    cover = torch.where(maybe(count, 0.3), torch.maximum(cover, other), cover)
    box = torch.zeros_like(cover)
    edge = round(0.2 * films.shape[-1])
    box[..., edge:-edge, edge:-edge] = 1
    cover = torch.where(maybe(count, 0.12), torch.maximum(cover, box), cover)
    patches = rectangles(count, films.shape[-1], 0.1, 0.4).float()
    cover = torch.where(maybe(count, 0.2), torch.maximum(cover, patches), cover)
    inside = torch.where(maybe(count, 0.35), hollow(films, cover), fills(films))
    return films * (1 - cover) + inside * cover


def without_surroundings(films: Tensor, mask: Tensor) -> Tensor:
    """Only the lungs left, with a narrow or wider rim."""
    kept = grow(mask, int(torch.randint(0, 5, ())))
    return films * kept + fills(films) * (1 - kept)


def with_other_surroundings(films: Tensor, mask: Tensor, other: Tensor, other_mask: Tensor) -> Tensor:
    """The lungs of one film inside the body of another, whose own lungs are smoothed away."""
    kept = grow(mask, int(torch.randint(0, 4, ())))
    soft = F.avg_pool2d(kept, 5, 1, 2)
    return films * soft + hollow(other, grow(other_mask, 3)) * (1 - soft)


def draw_modes(count: int) -> Tensor:
    return torch.multinomial(torch.tensor(SHARES), count, replacement=True)


def apply_modes(films: Tensor, lungs: Tensor, sources: Tensor, modes: Tensor) -> Tensor:
    """Films 0..255 [n,1,h,w] treated each by its mode."""
    mask = (lungs.amax(1, keepdim=True) > 0.5).float()
    other = partners(sources)
    result = films.clone()
    for mode in (SWAPPED, OUTSIDE_BLANKED, LUNGS_BLANKED):
        at = (modes == mode).nonzero().flatten()
        if not len(at):
            continue
        if mode == SWAPPED:
            result[at] = with_other_surroundings(films[at], mask[at], films[other[at]], mask[other[at]])
        elif mode == OUTSIDE_BLANKED:
            result[at] = without_surroundings(films[at], mask[at])
        else:
            result[at] = without_lungs(films[at], mask[at], mask[other[at]])
    return result
