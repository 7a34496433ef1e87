"""The films of an evaluation as they are, and with parts covered."""

from __future__ import annotations

import numpy as np
import torch

from .blanking import grow, hollow

INTACT = "intact"
LUNGS = ("lungs: film's mean", "lungs: black", "lungs: grown 4 px, film's mean", "lungs: smoothed over", "centre 60 %: film's mean")
SURROUNDINGS = ("outside: film's mean", "outside: black")


def covered(films: np.ndarray, masks: np.ndarray, condition: str) -> np.ndarray:
    """uint8 films [n,h,w] with what the condition names covered; `masks` bool [n,h,w], the lungs."""
    if condition == INTACT:
        return films
    pixels = torch.from_numpy(films)[:, None].float()
    mask = torch.from_numpy(masks.astype(np.float32))[:, None]
    mean = pixels.mean((2, 3), keepdim=True)
    if condition == "lungs: smoothed over":
        return to_bytes(hollow(pixels, grow(mask, 2)))
    if condition.startswith("outside"):
        mask = 1 - mask
    elif condition.startswith("centre"):
        edge = round(0.2 * films.shape[-1])
        mask = torch.zeros_like(mask)
        mask[..., edge:-edge, edge:-edge] = 1
    elif "grown" in condition:
        mask = grow(mask, 4)
    fill = torch.zeros_like(mean) if condition.endswith("black") else mean
    return to_bytes(pixels * (1 - mask) + fill * mask)


def to_bytes(pixels: torch.Tensor) -> np.ndarray:
    return pixels.round().clamp(0, 255).byte().numpy()[:, 0]
