"""How far two films are apart, in the ways that training and evaluation use."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def slopes(film: Tensor) -> tuple[Tensor, Tensor]:
    """Differences of neighbours down and across."""
    return film[..., 1:, :] - film[..., :-1, :], film[..., 1:] - film[..., :-1]


def gradient_energy(film: Tensor) -> Tensor:
    """Mean square of both slopes, per film [n]."""
    return sum(slope.square().mean((1, 2, 3)) for slope in slopes(film))


def gaussian_window(size: int, sigma: float) -> Tensor:
    """[1,1,size,size], sum 1."""
    steps = torch.arange(size, dtype=torch.float32) - (size - 1) / 2
    line = torch.exp(-steps.square() / (2 * sigma * sigma))
    line = line / line.sum()
    return (line[:, None] * line[None])[None, None]


def similarity_maps(first: Tensor, second: Tensor, size: int = 11, sigma: float = 1.5) -> tuple[Tensor, Tensor]:
    """SSIM's map and its contrast-structure part for films in 0..1 (Wang 2004: 11 by 11 Gaussian, K1 .01, K2 .03)."""
    line = gaussian_window(size, sigma).sum(2, keepdim=True)
    count = len(first)
    stacked = torch.cat([first, second, first * first, second * second, first * second])
    blurred = F.conv2d(F.conv2d(stacked, line), line.transpose(2, 3))
    mean_a, mean_b, square_a, square_b, product = blurred.split(count)
    contrast = (2 * (product - mean_a * mean_b) + 9e-4) / (square_a - mean_a.square() + square_b - mean_b.square() + 9e-4)
    luminance = (2 * mean_a * mean_b + 1e-4) / (mean_a.square() + mean_b.square() + 1e-4)
    return luminance * contrast, contrast


def ssim(first: Tensor, second: Tensor) -> Tensor:
    """Structural similarity per film [n], films in 0..1."""
    return similarity_maps(first, second)[0].mean((1, 2, 3))


def texture_gap(first: Tensor, second: Tensor) -> Tensor:
    """Mean distance of local root gradient energies (8 by 8 cells, two scales): asks for as much detail, not for the same."""
    gap = torch.zeros(())
    for scale in (1, 2):
        if scale == 2:
            first, second = F.avg_pool2d(first, 2), F.avg_pool2d(second, 2)
        for one, other in zip(slopes(first), slopes(second)):
            roots = [(F.avg_pool2d(slope.square(), 8 // scale) + 1e-5).sqrt() for slope in (one, other)]
            gap = gap + (roots[0] - roots[1]).abs().mean()
    return gap


def kullback_leibler(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Of a diagonal Gaussian from the standard one, mean over elements."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
