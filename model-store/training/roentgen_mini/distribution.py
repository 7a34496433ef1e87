"""How a set of films is spread, against how real ones are."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from scipy.linalg import sqrtm
from torch.nn import functional as F

from .image_losses import similarity_maps

DIMENSIONS, SPLITS, PAIRS = 16, 20, 120
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def frechet(first: np.ndarray, second: np.ndarray) -> float:
    """Between the Gaussians of two sets of vectors (Heusel 2017)."""
    one, other = np.cov(first.T), np.cov(second.T)
    return float(np.square(first.mean(0) - second.mean(0)).sum() + np.trace(one + other - 2 * sqrtm(one @ other).real))


def frechet_against_halves(real: np.ndarray, made: np.ndarray, basis: np.ndarray, seed: int = 0) -> dict[str, object]:
    """Two halves of the real films, and as many made ones against the same halves; means over splits, the ratio with the middle 95 % of splits.

    Vectors are first brought to the DIMENSIONS directions in which `basis` (training films) is spread most: with as few films, more would measure noise.
    """
    centre = basis.mean(0)
    axes = np.linalg.svd(basis - centre, full_matrices=False)[2][:DIMENSIONS].T
    real, made = (real - centre) @ axes, (made - centre) @ axes
    draws = np.random.default_rng(seed)
    half = min(len(real) // 2, len(made))
    halves, generated = [], []
    for _ in range(SPLITS):
        order = draws.permutation(len(real))
        halves.append(frechet(real[order[:half]], real[order[half : 2 * half]]))
        generated.append(frechet(real[order[:half]], made[draws.permutation(len(made))[:half]]))
    ratios = np.array(generated) / np.mean(halves)
    return {"interval": [round(float(edge), 3) for edge in np.percentile(ratios, [2.5, 97.5])], "n": half, "real_halves": round(float(np.mean(halves)), 5), "generated": round(float(np.mean(generated)), 5), "ratio": round(float(np.mean(generated) / np.mean(halves)), 3)}


def small(films: np.ndarray, side: int = 48) -> np.ndarray:
    """float32 [n, side, side] in 0..1."""
    return np.stack([cv2.resize(film, (side, side), interpolation=cv2.INTER_AREA) for film in films]).astype(np.float32) / 255


def pixel_deviation(films: np.ndarray) -> float:
    """Mean over pixels of the standard deviation over films."""
    return float(small(films).std(0, ddof=1).mean())


@torch.no_grad()
def multi_scale_similarity(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """MS-SSIM of pairs, five scales (Wang 2003); [pairs]."""
    one, other = (torch.from_numpy(films)[:, None].float() / 255 for films in (first, second))
    result = torch.ones(len(one))
    for at, weight in enumerate(SCALE_WEIGHTS):
        whole, contrast = similarity_maps(one, other)
        part = whole if at + 1 == len(SCALE_WEIGHTS) else contrast
        result = result * part.mean((1, 2, 3)).clamp(min=1e-6) ** weight
        one, other = F.avg_pool2d(one, 2), F.avg_pool2d(other, 2)
    return result.numpy()


def similarity_within(films: np.ndarray, groups: np.ndarray, seed: int = 0) -> np.ndarray:
    """MS-SSIM of PAIRS random pairs of films of one group each."""
    draws = np.random.default_rng(seed)
    names = [name for name in np.unique(groups) if (groups == name).sum() > 1]
    shares = np.array([(groups == name).sum() for name in names], float)
    pairs = []
    for name in draws.choice(names, PAIRS, p=shares / shares.sum()):
        pairs.append(draws.choice(np.flatnonzero(groups == name), 2, replace=False))
    rows = np.array(pairs)
    return multi_scale_similarity(films[rows[:, 0]], films[rows[:, 1]])


def nearest(films: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each film the row of the most correlated other one (at 48 by 48 pixels), and that correlation."""
    def standard(values: np.ndarray) -> np.ndarray:
        flat = small(values).reshape(len(values), -1)
        flat = flat - flat.mean(1, keepdims=True)
        return flat / np.linalg.norm(flat, axis=1, keepdims=True)

    likeness = standard(films) @ standard(among).T
    return likeness.argmax(1), likeness.max(1)
