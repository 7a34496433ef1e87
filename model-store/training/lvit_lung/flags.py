"""When an answer is empty or carries a warning: the rule of the manifest's `segmentation` section, measured here."""

from __future__ import annotations

import re

import numpy as np

from . import words as w
from .composition import HEIGHTS, NOUNS
from .reading import Answer

LUNG_WORDS = ["lung", "lungs", "hemithorax", "pulmonary field", "pulmonary fields", "pulmonary area", "pulmonary areas", "left side", "right side", "both sides", "side of the chest"]
WORD = re.compile(r"[^\W_]+")
# Shares of texts that do name a region that may be flagged for low confidence.
LOST = 0.005


def known_phrases() -> list[str]:
    """Phrases of which a text must hold one to name a region at all."""
    zones = [noun for group in (w.ZONE_NOUNS, w.ZONE_PLURALS) for nouns in group.values() for noun in nouns]
    composed = [f"{height} {noun}" for heights in HEIGHTS.values() for height in heights for noun in NOUNS[:6]]
    return sorted({*LUNG_WORDS, *zones, *composed})


PHRASES = [tuple(phrase.split()) for phrase in known_phrases()]


def names_region(text: str) -> bool:
    """Whether one of the known phrases stands in the text as consecutive words."""
    said = WORD.findall(text.lower())
    return any(tuple(said[at : at + len(phrase)]) == phrase for phrase in PHRASES for at in range(len(said) - len(phrase) + 1))


def is_flagged(text: str, answer: Answer, least: float) -> bool:
    """`unknown_text` or `low_confidence`."""
    return not names_region(text) or answer.greatest < least


def is_empty_or_flagged(text: str, answer: Answer, least: float) -> bool:
    return not answer.mask.any() or is_flagged(text, answer, least)


def least_confidence(greatest: np.ndarray) -> float:
    """The limit below which LOST of the texts that name a region would fall (validation), rounded down to hundredths; never below the threshold."""
    return max(0.5, float(np.floor(100 * np.quantile(greatest, LOST)) / 100))
