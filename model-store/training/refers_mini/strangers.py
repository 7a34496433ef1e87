"""Pictures that are no frontal chest radiograph as the model knows them, to see which of them are told."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ..corpus.films import SIZE

PLACE = np.arange(SIZE) / SIZE


def clouds(draws: np.random.Generator, power: float) -> np.ndarray:
    """Noise whose spectrum falls as natural pictures' does, 0..255."""
    spectrum = np.fft.fft2(draws.standard_normal((SIZE, SIZE)))
    distance = np.hypot(np.fft.fftfreq(SIZE)[:, None], np.fft.fftfreq(SIZE)[None]) + 1 / SIZE
    field = np.fft.ifft2(spectrum / distance**power).real
    return np.clip(128 + 55 * (field - field.mean()) / field.std(), 0, 255)


def scene(draws: np.random.Generator) -> np.ndarray:
    """Like a photograph: a bright sky, a dark ground, soft things with edges."""
    level = 200 - 120 * (PLACE[:, None] > draws.uniform(0.3, 0.7)) + 0.3 * (clouds(draws, 1.2) - 128)
    for _ in range(int(draws.integers(2, 7))):
        top, left, tall, wide = draws.uniform(0, 0.8), draws.uniform(0, 0.8), *draws.uniform(0.08, 0.5, 2)
        inside = ((PLACE[:, None] - top) / tall) ** 2 + ((PLACE[None] - left) / wide) ** 2 < 1 if draws.random() < 0.5 else (abs(PLACE[:, None] - top) < tall / 2) & (abs(PLACE[None] - left) < wide / 2)
        level = np.where(inside, draws.uniform(0, 255) + 0.2 * (clouds(draws, 1.5) - 128), level)
    return np.clip(level, 0, 255)


def page(draws: np.random.Generator) -> np.ndarray:
    """Like a page of print: dark dashes in lines on white."""
    level = np.full((SIZE, SIZE), 245.0)
    for top in range(8, SIZE - 8, int(draws.integers(6, 12))):
        at = 8
        while at < SIZE - 16:
            word = int(draws.integers(3, 18))
            level[top : top + 3, at : at + word] = draws.uniform(10, 80, (3, word))[:, : SIZE - at]
            at += word + 3
    return level


def made(kind: str, draws: np.random.Generator) -> np.ndarray:
    """One picture of a kind that needs no film, float [SIZE, SIZE] in 0..255."""
    if kind == "white noise":
        return draws.uniform(0, 255, (SIZE, SIZE))
    if kind == "one grey":
        return np.full((SIZE, SIZE), draws.uniform(0, 255))
    if kind == "gradient":
        return np.clip(255 * (PLACE[:, None] * draws.uniform(-1, 1) + PLACE[None] * draws.uniform(-1, 1) + draws.uniform(0, 1)), 0, 255)
    if kind == "chequers":
        side = int(draws.integers(5, 30))
        return 255.0 * ((np.arange(SIZE)[:, None] // side + np.arange(SIZE)[None] // side) % 2)
    return {"clouds": lambda: clouds(draws, draws.uniform(0.8, 2)), "scene like a photograph": lambda: scene(draws), "printed page": lambda: page(draws)}[kind]()


MADE = ("white noise", "one grey", "gradient", "chequers", "clouds", "scene like a photograph", "printed page")
TURNED = {
    "film turned by a quarter": lambda films: np.rot90(films, 1, (1, 2)), "film upside down": lambda films: films[:, ::-1, ::-1], "film inverted": lambda films: 255 - films,
    "film in four shuffled parts": lambda films: np.roll(films, (SIZE // 2, SIZE // 2), (1, 2)), "quarter of a film": lambda films: enlarged(films),
}


def enlarged(films: np.ndarray) -> np.ndarray:
    return np.stack([np.asarray(Image.fromarray(film[: SIZE // 2, : SIZE // 2]).resize((SIZE, SIZE), Image.Resampling.BILINEAR)) for film in films])


def strangers(films: np.ndarray, count: int, seed: int = 9) -> dict[str, np.ndarray]:
    """uint8 [pictures, SIZE, SIZE] by kind; the turned ones are made of `films`."""
    draws = np.random.default_rng(seed)
    found = {kind: np.stack([made(kind, draws) for _ in range(count)]).round().astype(np.uint8) for kind in MADE}
    return found | {kind: np.ascontiguousarray(turn(films).astype(np.uint8)) for kind, turn in TURNED.items()}
