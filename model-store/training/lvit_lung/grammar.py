"""Texts with what they name, drawn anew at every step of training."""

from __future__ import annotations

import numpy as np

from . import words as w
from .composition import UNKNOWN, Composer
from .regions import nothing, region

Said = tuple[str, np.ndarray]
THIRDS = ("upper", "middle", "lower")
PARTS = (*THIRDS, "upper half", "lower half")
COMPOSED = 0.5
ZONE_ODDS = np.array([1.0, 1.0, 2.0, 1.0, 1.0]) / 6
FILLERS = {word for phrase in (*w.VERBS, *w.FINDINGS, "patchy", "findings") for word in phrase.split()}


# Places, two places, annotators' sentences, nothing: what films are shown with, and what the words' side sees beside.
ODDS = (0.68, 0.14, 0.09, 0.09)
TEXT_ODDS = (0.5, 0.2, 0.05, 0.25)
DISTURBED = (0.35, 0.2, 0.1, 0.3)


class Grammar:
    """Draws texts from one random stream; `[UNK]` stands where a word that nobody taught would be."""

    def __init__(self, draws: np.random.Generator) -> None:
        self.draws, self.composer = draws, Composer(draws)

    def pick(self, items: list[str]) -> str:
        return items[self.draws.integers(len(items))]

    def chance(self, share: float) -> bool:
        return bool(self.draws.random() < share)

    def one_side(self) -> str:
        return "left" if self.chance(0.5) else "right"

    def lung(self, side: str) -> str:
        """A whole lung or both."""
        if self.chance(COMPOSED):
            return self.composer.lung(side)
        if side == "both":
            return self.pick(["both lungs", "lungs", "the lungs", "both lung fields", "entire lungs", "bilateral lung fields", "lung fields", "left and right lung", "right and left lungs", "whole lungs", "the two lungs", "both sides of the chest", "all lung", "bilateral lungs", "the left and the right lung"])
        noun = self.pick(w.LUNG)
        forms = ["{s} {n}", "{s} {n}", "{s} {n}", "the {s} {n}", "entire {s} {n}", "whole {s} {n}", "all {s} {n}", "{n} on the {s}", "the patient ' s {s} {n}", "{n} , {s} side", "{s} - sided {n}", "only the {s} {n}", "{s}", "{s} side", "{s} side of the chest", "{s} lung only"]
        return self.pick(forms).format(s=side, n=noun)

    def zone(self, side: str, zone: str) -> str:
        """A part of a lung or of both."""
        if self.chance(COMPOSED):
            return self.composer.zone(side, zone)
        noun = self.pick(w.ZONE_NOUNS[zone])
        if side == "both":
            forms = ["{z} of both lungs", "both lungs , {z}", "bilateral {z}", "the {z} of the lungs", "{z} in both lungs", "{z} of the lungs", "{z} of both lung fields", "{z} bilaterally"]
            if zone in w.ZONE_PLURALS and self.chance(0.4):
                noun, forms = self.pick(w.ZONE_PLURALS[zone]), ["both {z}", "bilateral {z}", "{z} of both lungs", "{z} of the lungs", "lung {z}", "both lung {z}", "{z} on both sides"]
        else:
            forms = ["{z} of the {s} lung", "{z} of {s} lung", "{s} {z}", "{s} lung , {z}", "the {z} of the {s} lung field", "{s} lung {z}", "{z} on the {s}", "{z} of the {s} hemithorax", "{s} {z} of the lung", "{s} - sided {z}"]
            if zone in w.ZONE_ADJECTIVES and self.chance(0.3):
                noun, forms = self.pick(w.ZONE_ADJECTIVES[zone]), ["{z} {s} lung", "{s} {z} lung", "{s} {z} lung field", "{z} part of the {s} lung", "{z} {s} lung field", "{z} portion of the {s} lung"]
        return self.pick(forms).format(s=side, z=noun)

    def some_thirds(self, side: str) -> Said:
        """Two neighbouring or any thirds at once, in the words of one phrase."""
        zones = [zone for zone in THIRDS if self.chance(0.6)] or ["lower"]
        listed = (" , ".join(zones[:-1]) + " and " + zones[-1]) if len(zones) > 1 and self.chance(0.7) else " ".join(zones)
        if zones == ["upper", "middle"] and self.chance(0.3):
            listed = "upper two"
        elif zones == ["middle", "lower"] and self.chance(0.3):
            listed = "lower two"
        ends = " {n} of both lungs" if side == "both" else self.pick([" {n} of the {s} lung", " {n} of the {s} lung field"])
        noun = "thirds" if "two" in listed else self.pick(["zones", "thirds", "parts"] if len(zones) > 1 else ["zone", "third", "part"])
        return listed + ends.format(n=noun, s=side), region(side, *zones)

    def place(self) -> Said:
        """One region in plain words."""
        kind = self.draws.random()
        side = ("left", "right", "both")[self.draws.integers(3)]
        if kind < 0.34:
            return self.lung(side), region(side, "whole")
        if kind < 0.92:
            zone = PARTS[self.draws.choice(len(PARTS), p=ZONE_ODDS)]
            return self.zone(side, zone), region(side, zone)
        return self.some_thirds(side)

    def wrapped(self, text: str) -> str:
        """A verb, a finding or unknown words before a place."""
        kind = self.draws.random()
        if kind < 0.45:
            return text
        if kind < 0.65:
            return f"{self.pick(w.VERBS)} {'the ' if self.chance(0.4) else ''}{text}{self.pick(w.TAILS) if self.chance(0.2) else ''}"
        finding = self.pick(w.FINDINGS) if self.chance(0.75) else " ".join([UNKNOWN] * self.draws.integers(1, 4))
        finding = f"{UNKNOWN} {finding}" if self.chance(0.2) else finding
        text = f"{finding} {self.pick(w.PLACES) if self.chance(0.85) else UNKNOWN} {'the ' if self.chance(0.5) else ''}{text}"
        return f"{self.pick(['there is', 'findings :', 'patchy', 'chest x ray with', UNKNOWN])} {text}" if self.chance(0.3) else text

    def joined(self) -> Said:
        """Two places together, or one without another."""
        (first, a), (second, b) = self.place(), self.place()
        if self.chance(0.55):
            return f"{first}{self.pick(w.JOINS)}{second}", a | b
        if self.chance(0.35):
            side, zone = self.one_side(), PARTS[self.draws.choice(len(PARTS), p=ZONE_ODDS)]
            first, a, second, b = self.lung(side), region(side, "whole"), self.zone(side, zone), region(side, zone)
        elif self.chance(0.5):
            side = self.one_side()
            other = "left" if side == "right" else "right"
            whole = self.chance(0.5)
            first, a = (self.lung("both"), region("both", "whole")) if whole else (self.lung(other), region(other, "whole"))
            second, b = self.lung(side), region(side, "whole")
        return self.pick(w.EXCLUSIONS).format(a=first, b=second), a & ~b

    def annotation(self) -> Said:
        """The sentence that QaTa-COV19's text sheets use."""
        sides = ("left", "right") if self.chance(0.6) else (self.one_side(),)
        total, places, parts = 0, [], nothing()
        for side in sides:
            if self.chance(0.15):
                places.append(f"all {side} lung")
                parts |= region(side, "whole")
                total += 3
                continue
            zones = [zone for zone in THIRDS if self.chance(0.5)] or [THIRDS[self.draws.integers(3)]]
            places.append(" ".join([*zones, side, "lung"]))
            parts |= region(side, *zones)
            total += len(zones)
        reach = "bilateral" if len(sides) == 2 else "unilateral"
        # The count is the annotator's and does not always follow from the places.
        count = total if self.chance(0.8) else int(self.draws.integers(1, 7))
        tail = " ." if self.chance(0.7) else ""
        return f"{reach} pulmonary infection , {w.COUNTS[count]} infected area{'s' if count > 1 else ''} , {' and '.join(places)}{tail}", parts

    def empty(self) -> Said:
        """A text that names no region, or only regions that are denied."""
        kind = self.draws.random()
        if kind < 0.2:
            text = self.pick(w.EMPTY_ORDERS)
        elif kind < 0.4:
            text = self.pick(w.DENIALS).format(r=self.place()[0], q=self.place()[0], f=self.pick(w.FINDINGS))
        elif kind < 0.55:
            is_known = self.chance(0.6)
            organ = self.pick(w.ORGANS) if is_known else " ".join([UNKNOWN] * self.draws.integers(1, 3))
            # A side, a height and an unknown noun are taken for a place.
            before = self.pick([*(["left upper", "right lower", "upper right", "lower left", "left mid"] if is_known else []), "left", "right", "both", "the", "upper", "lower", "middle", "bilateral", "upper part of the", "base of the", "lower half of the", "apex of the", "segment the right", "outline the left", "segment the", "the left side of the"])
            text = f"{before} {organ}"
        elif kind < 0.7:
            text = self.pick(w.STATEMENTS)
        elif kind < 0.8:
            text = f"{self.pick(['', 'no ', 'there is ', 'segment the ', 'with '])}{self.pick([*w.OTHER_FINDINGS, *w.FINDINGS, *w.ORGANS])}"
        elif kind < 0.9:
            text = " ".join(UNKNOWN if self.chance(0.7) else self.pick(["the", "a", "of", "in", "is", "and", "on", "it", "with", "for", "to", ".", ",", "not", "no"]) for _ in range(self.draws.integers(1, 12)))
        else:
            loose = [*(["left", "right", "both"] if self.chance(0.5) else ["upper", "lower", "middle"]), "the", "of", "a", "in"]
            text = " ".join(UNKNOWN if self.chance(0.6) else self.pick(loose) for _ in range(self.draws.integers(2, 7)))
            text = text if UNKNOWN in text else f"{text} {UNKNOWN}"
        return text, nothing()

    def draw(self, odds: tuple[float, ...] = ODDS) -> Said:
        """A place, two, an annotator's sentence or nothing, by these odds."""
        kind = self.draws.choice(len(odds), p=odds)
        text, parts = (self.place, self.joined, self.annotation, self.empty)[kind]()
        if kind == 0 or (kind == 1 and self.chance(0.3)):
            text = self.wrapped(text)
        # Many words that users write around a place were never taught.
        text = " ".join(UNKNOWN if word in FILLERS and self.chance(0.12) else word for word in text.split())
        text = self.composer.disturbed(text, DISTURBED[kind])
        return (f"{text} ." if self.chance(0.1) else text), parts
