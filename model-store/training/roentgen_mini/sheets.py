"""Sheets of made films, to be looked at."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .generation import Generator, Way

PROMPTS = (
    "chest radiograph, AP view, child, no finding", "chest radiograph, AP view, child, bacterial pneumonia", "chest radiograph, AP view, child, viral pneumonia",
    "chest radiograph, PA view, adult, no finding", "chest radiograph, AP view, adult, no finding", "chest radiograph, PA view, adult, pneumonia",
    "chest radiograph, AP view, adult, pneumonia, edema", "chest radiograph, PA view, adult, elderly, pneumonia, effusion",
)
SEEDS, CAPTION = 6, 16


def caption(width: int, text: str) -> np.ndarray:
    strip = np.full((CAPTION, width), 255, np.uint8)
    cv2.putText(strip, text, (3, CAPTION - 5), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 0, 1, cv2.LINE_AA)
    return strip


def bordered(film: np.ndarray) -> np.ndarray:
    return np.pad(film, ((0, 2), (0, 2)), constant_values=255)


def row_of(films: np.ndarray, text: str) -> np.ndarray:
    strip = np.concatenate([bordered(film) for film in films], 1)
    return np.concatenate([caption(strip.shape[1], text), strip])


def draw_contact_sheet(generator: Generator, way: Way, path: Path) -> None:
    """Prompts down, seeds 0 to SEEDS - 1 across."""
    rows = [row_of(generator.films([prompt] * SEEDS, way, 0), prompt) for prompt in PROMPTS]
    cv2.imwrite(str(path), np.concatenate(rows))


def draw_pairs(first: np.ndarray, second: np.ndarray, text: str, path: Path, columns: int = 8, side: int = 96) -> None:
    """Made film and nearest training film side by side."""
    pairs = [np.concatenate([cv2.resize(film, (side, side), interpolation=cv2.INTER_AREA) for film in pair], 1) for pair in zip(first, second)]
    strips = [np.concatenate([bordered(pair) for pair in pairs[at : at + columns]], 1) for at in range(0, len(pairs), columns)]
    cv2.imwrite(str(path), np.concatenate([caption(strips[0].shape[1], text), *strips]))
