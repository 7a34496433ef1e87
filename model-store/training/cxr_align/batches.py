"""Batches: films drawn and distorted, sentences said about them, prompts to tell them apart by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .attributes import FINDINGS, INDEX, NIH_ONLY
from .augment import frame, move, tone
from .blanking import INTACT, LUNGS_BLANKED, apply_modes, draw_modes
from .sentences import FINDING_COUNT, Sentence, prompt, region_prompts, sentence

@dataclass(frozen=True)
class Opposite:
    """Two opposite prompts: `against` is a name, or "no" for the denial of `name`. Asked of one dataset, or of all."""

    name: str
    against: str
    weight: float
    source: str | None = None


# The first UNINFORMED ones must stay undecided on films whose lungs are covered; the first LOCAL ones are asked locally too.
UNINFORMED, LOCAL = 5, 13
OPPOSITES: tuple[Opposite, ...] = (
    Opposite("pneumonia", "normal", 0.6, "kermany"),
    Opposite("pneumonia", "normal", 1.2, "nih"),
    Opposite("abnormal", "normal", 0.2, "kermany"),
    Opposite("abnormal", "normal", 1.2, "nih"),
    Opposite("bacterial", "viral", 3.2),
    Opposite("pneumonia", "no", 0.3, "kermany"),
    Opposite("pneumonia", "no", 0.5, "nih"),
    Opposite("bacterial", "no", 0.3),
    Opposite("viral", "no", 0.3),
    Opposite("abnormal", "no", 0.2),
    Opposite("pa", "ap", 0.8, "nih"),
    Opposite("pa", "ap", 0.3, "hannover"),
    Opposite("bacterial", "normal", 0.15),
    Opposite("viral", "normal", 0.15),
    Opposite("male", "female", 0.3),
    Opposite("child", "adult", 0.15),
    Opposite("elderly", "young", 0.15),
    *(Opposite(name, "no", 0.12 if name in ("infiltration", "effusion", "atelectasis", "edema") else 0.05) for name in NIH_ONLY),
)
SOURCE_WEIGHTS = {"nih": 2.5, "kermany": 1.0, "hannover": 2.5, "cohen": 1.0}


def opposite_labels(values: np.ndarray, sources: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For every film and pair, whether the first prompt is the right one, and whether that is known."""
    labels = np.zeros((len(values), len(OPPOSITES)), np.float32)
    known = np.zeros_like(labels, bool)
    for at, pair in enumerate(OPPOSITES):
        first = values[:, INDEX[pair.name]]
        second = 1 - first if pair.against == "no" else values[:, INDEX[pair.against]]
        asked = (sources == pair.source) if pair.source else True
        labels[:, at] = first == 1
        known[:, at] = (first >= 0) & (second >= 0) & (first != second) & asked
    return labels, known


def image_classes(values: np.ndarray) -> np.ndarray:
    """The class for image-to-image likeness: normal 0, bacterial 1, viral 2, other pneumonia 3, unknown -1."""
    classes = np.full(len(values), -1)
    classes[values[:, INDEX["pneumonia"]] == 1] = 3
    for number, name in enumerate(("normal", "bacterial", "viral")):
        classes[values[:, INDEX[name]] == 1] = number
    return classes


@dataclass
class Batch:
    films: Tensor
    lungs: Tensor
    modes: Tensor
    sources: Tensor
    values: Tensor
    true_values: Tensor
    labels: Tensor
    known: Tensor
    classes: Tensor
    sentences: list[Sentence]
    prompts: list[Sentence]
    regions: list[str]
    places: list[str]


class Batches:
    """Endless seeded batches of the training films."""

    def __init__(self, films: np.ndarray, lungs: np.ndarray, sources: np.ndarray, values: np.ndarray, rows: np.ndarray, size: int) -> None:
        self.films, self.lungs, self.values, self.rows, self.size = films, lungs, values, rows, size
        self.names = sources
        self.sources = np.array([list(SOURCE_WEIGHTS).index(name) for name in sources])
        weights = np.array([SOURCE_WEIGHTS[name] for name in sources[rows]])
        self.weights = weights / weights.sum()
        self.labels, self.known = opposite_labels(values, sources)
        self.classes = image_classes(values)

    def draw(self, draws: np.random.Generator) -> Batch:
        rows = draws.choice(self.rows, self.size, p=self.weights, replace=False)
        films = torch.from_numpy(self.films[rows])[:, None].float()
        lungs = torch.from_numpy(self.lungs[rows]).float() / 255
        sources = torch.from_numpy(self.sources[rows])
        films, lungs = move(films, lungs)
        films, modes = frame(tone(films), lungs), draw_modes(self.size)
        films = apply_modes(films, lungs, sources, modes).round().clamp(0, 255)
        true_values = torch.from_numpy(self.values[rows])
        values = true_values.clone()
        values[modes == LUNGS_BLANKED, :FINDING_COUNT] = -1
        changed = (modes != INTACT) & (modes != LUNGS_BLANKED)
        values[changed, FINDING_COUNT:] = -1
        known = torch.from_numpy(self.known[rows])
        findings = torch.tensor([pair.name in FINDINGS for pair in OPPOSITES])
        known = known & ~(changed[:, None] & ~findings)
        prompts = [
            one
            for pair in OPPOSITES
            for one in (prompt(pair.name, draws), prompt(pair.name, draws, denied=True) if pair.against == "no" else prompt(pair.against, draws))
        ]
        regions, places = region_prompts(draws)
        return Batch(
            films, lungs, modes, sources, values, true_values, torch.from_numpy(self.labels[rows]), known, torch.from_numpy(self.classes[rows]),
            [sentence(self.values[row], draws) for row in rows], prompts, regions, places,
        )
