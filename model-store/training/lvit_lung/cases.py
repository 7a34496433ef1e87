"""The frozen texts of the evaluation: what each asks for, in words that training draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .grammar import Grammar
from .regions import region
from .unseen import wordings

KINDS = {"whole": "whole", "upper": "thirds", "middle": "thirds", "lower": "thirds", "upper half": "halves", "lower half": "halves"}
SEEN_WHOLE = ["{s} lung", "the {s} lung", "segment the {s} lung", "entire {s} lung field"]
SEEN_BOTH = ["both lungs", "lungs", "segment both lung fields", "left and right lung"]
SEEN_ZONE = ["{s} {z}", "{z} of the {s} lung", "opacity in the {z} of the {s} lung", "{s} lung, {z}"]
SEEN_ZONE_BOTH = ["{z} of both lungs", "bilateral {z}", "the {z} of the lungs", "both lungs, {z}"]
NOUNS = {"upper": ["upper zone", "upper third"], "middle": ["middle zone", "mid zone"], "lower": ["lower zone", "lower third"], "upper half": ["upper half"], "lower half": ["lower half"]}


@dataclass(frozen=True)
class Case:
    """One region with its wordings; a film takes one of them, in turn."""

    side: str
    zone: str
    seen: tuple[str, ...]
    unseen: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.side} {'lungs' if self.side == 'both' else 'lung'}" if self.zone == "whole" else f"{self.side} {self.zone}"

    @property
    def kind(self) -> str:
        return KINDS[self.zone]

    @property
    def parts(self) -> np.ndarray:
        return region(self.side, self.zone)


def seen_wordings(side: str, zone: str) -> list[str]:
    if zone == "whole":
        return [form.format(s=side) for form in (SEEN_BOTH if side == "both" else SEEN_WHOLE)]
    forms = SEEN_ZONE_BOTH if side == "both" else SEEN_ZONE
    return [form.format(s=side, z=noun) for noun in NOUNS[zone] for form in forms]


CASES = [Case(side, zone, tuple(seen_wordings(side, zone)), tuple(wordings(side, zone))) for zone in KINDS for side in ("left", "right", "both")]


def annotations(count: int, seed: int = 5) -> list[tuple[str, np.ndarray]]:
    """Sentences in the grammar of QaTa-COV19's text sheets, written as they are there."""
    grammar = Grammar(np.random.default_rng(seed))
    found = [grammar.annotation() for _ in range(count)]
    return [(text.replace(" ,", ",").replace(" .", ".").capitalize(), parts) for text, parts in found]


def combinations(count: int, seed: int = 6) -> list[tuple[str, np.ndarray]]:
    """Two places together, or one without another, that leave something to outline."""
    grammar, found = Grammar(np.random.default_rng(seed)), []
    while len(found) < count:
        text, parts = grammar.joined()
        if parts.any():
            found.append((text.replace(" ,", ","), parts))
    return found
