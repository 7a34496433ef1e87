"""Places put together from exchangeable pieces: any side with any height with any noun, in many orders."""

from __future__ import annotations

import numpy as np

from . import words as w

UNKNOWN = "[UNK]"
HEIGHTS = {"upper": ["upper", "upper", "top", "uppermost", "superior", "apical"], "middle": ["middle", "middle", "mid", "central"], "lower": ["lower", "lower", "bottom", "lowest", "inferior", "basal"]}
NOUNS = ["zone", "third", "region", "part", "portion", "section", "field", "area", "lung zone", UNKNOWN]
BODIES = ["lung", "lung", "lung", "lung field", "pulmonary field", "lung region", "chest", "thorax", f"lung {UNKNOWN}", f"pulmonary {UNKNOWN}"]
SIDED = ["{s}", "{s}", "{s}", "{s} - sided", "{s} sided", "{s} hand", "patient ' s {s}"]
WHOLE = ["{d} {b}", "{d} {b}", "the {d} {b}", "{b} {s}", "{b} ( {s} )", "{b} : {s}", "{s} : {b}", "{b} of the {s} side", "complete {d} {b}", "just the {d} {b}", "all of the {d} {b}", "the whole {d} {b}", "side : {s}", "the {s} one of the lungs"]
BOTH = [
    "both {b}s", "bilateral {b}s", "the {b}s", "both the left and right {b}s", "right {b} and left {b}", "left {b} plus right {b}", "{b}s , left and right", "{b}s ( both )", "{b}s bilaterally", "lungs , both sides", "complete {b}s",
    "all of both {b}s", "each {b}", "the two {b}s", "bilateral {b}", "left and right {b}s", "both sides",
]
ZONE = [
    "{d} {z}", "the {d} {z}", "{z} {s}", "{z} ( {s} )", "{z} , {s}", "{s} : {z}", "{s} side , {z}", "{s} side - the {z}", "{z} of the {d} {b}", "{z} of {d} {b}", "{z} in the {d} {b}", "{z} of {b} , {s} side", "{d} {b} {z}", "{d} {b} - {z}",
    "{d} {b} ( {z} )", "in the {d} {b} , {z}", "{b} {z} {s}", "{z} at the {s}", "the {s} one of the {z}s", "{d} {z} of the {b}", "{z} within the {d} {b}", "{d} {b} in its {z}",
]
ZONE_BOTH = [
    "both {z}s", "the {z}s", "bilateral {z}s", "bilateral {z}", "{z} bilaterally", "{z}s of both {b}s", "{z} of each {b}", "{z} , both sides", "both sides : {z}", "both {b}s : {z}", "both {b}s - the {z}s", "both {b} {z}s",
    "left and right {z}", "right and left {z}s", "{z} of the left and right {b}", "{z}s , bilateral", "{z} of the {b}s", "{b}s , {z}", "{z} ( both {b}s )", "{z} of both sides",
]
SHORT = ["{s} {h}", "{h} {s}", "{h} {s} {b}", "{s} {h} {b}", "{s} {b} {h}", "{b} {h} {s}", "{s} , {h}"]
FILLERS = ["the", "a", "of", "please", "this", "there", "here", "image", "film", "view", "some", "is", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]
# Words that otherwise stand only in texts that name nothing, so that they take nothing away from a place.
ELSEWHERE = sorted({word for phrase in (*w.STATEMENTS, *w.OTHER_FINDINGS) for word in phrase.split()} - set("no not all and both left right upper lower middle lung lungs zone area bilateral unilateral whole base apex heart hands central".split()))
LOOSE = {"the", "of", "a", ",", ":", "-", "(", ")", ".", "'", "s"}


class Composer:
    """Draws from one random stream."""

    def __init__(self, draws: np.random.Generator) -> None:
        self.draws = draws

    def pick(self, items: list[str]) -> str:
        return items[self.draws.integers(len(items))]

    def height(self, zone: str) -> str:
        return self.pick(HEIGHTS[zone.removesuffix(" half")])

    def lung(self, side: str) -> str:
        form = self.pick(BOTH if side == "both" else WHOLE)
        return form.format(s=side, d=self.pick(SIDED).format(s=side), b=self.body(form))

    def body(self, form: str) -> str:
        """No plural of a word that nobody knows."""
        body = self.pick(BODIES)
        return "lung" if "{b}s" in form and UNKNOWN in body else body

    def zone(self, side: str, zone: str) -> str:
        is_half = zone.endswith("half")
        if side != "both" and not is_half and self.draws.random() < 0.12:
            form, noun = self.pick(SHORT), ""
        else:
            form = self.pick(ZONE_BOTH if side == "both" else ZONE)
            noun = f"{self.pick(['upper', 'top', 'superior'] if zone == 'upper half' else ['lower', 'bottom', 'inferior'])} half" if is_half else f"{self.height(zone)} {self.pick(NOUNS)}"
        text = form.format(s=side, d=self.pick(SIDED).format(s=side), b=self.body(form), z=noun, h="" if is_half else self.height(zone))
        return text.replace("halfs", "halves").replace(f"{UNKNOWN}s", UNKNOWN)

    def disturbed(self, text: str, share: float) -> str:
        """Small words and marks lost, unknown and empty words put anywhere: what remains decides."""
        if self.draws.random() > share:
            return text
        words = [word for word in text.split() if word not in LOOSE or self.draws.random() < 0.75]
        for _ in range(self.draws.integers(0, 4)):
            words.insert(self.draws.integers(len(words) + 1), self.pick(ELSEWHERE if self.draws.random() < 0.3 else FILLERS))
        if self.draws.random() < 0.2:
            words.insert(self.draws.integers(len(words) + 1), self.pick([",", ":", ";", "-", "."]))
        return " ".join(words)
