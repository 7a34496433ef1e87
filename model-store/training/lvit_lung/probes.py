"""Wordings that training never drew either, to choose the grammar by; those of `unseen.py` are for the card alone."""

from __future__ import annotations

import numpy as np

from .regions import nothing, region

WHOLE = ["could we see the {s} lung now", "{s} lung territory", "the {s} sided lung in full", "lung on its {s}", "i am interested in the {s} lung", "kindly trace {s} lung field", "{s} chest cavity with its lung"]
BOTH = ["lungs , left as well as right", "the pair of lungs", "kindly trace both lungs", "the lungs in full", "every bit of the lungs", "could we see both lung fields now"]
ZONE = ["{z} belonging to the {s} lung", "hazy spot near the {z} of the {s} lung", "{s} thorax , its {z}", "the {s} lung ' s {z}", "kindly trace {s} {z}", "faint density projecting over the {s} {z}", "{s} lung , limited to the {z}", "inside the {s} lung , just its {z}"]
ZONE_BOTH = ["{z} of either lung", "in each lung its {z}", "kindly trace the {z} bilaterally", "left as well as right {z}", "the {z} of the pair of lungs", "densities in the {z} of both lungs now"]
ZONES = {"upper": ["upper zone", "upper territory", "topmost zone of the upper third"], "middle": ["middle zone", "mid territory", "middle strip"], "lower": ["lower zone", "lower territory", "bottom region"], "upper half": ["upper half", "top half"], "lower half": ["lower half", "bottom half"]}
NONE = [
    "upper arm pain", "the left ankle", "right now please", "lower back ache", "we had lunch at noon", "middle ear infection", "left bundle branch block", "low blood sugar", "right ventricle strain", "both parents came",
    "keep the picture empty", "not one lung at all", "there is nothing to segment", "upper management", "the left bank of the river", "top of the morning", "right handed patient", "base rate", "the middle east",
]
DENIED = ["no trace of {f} within the {s} lung", "do not draw the {s} lung", "never mind the {s} lower zone", "{s} upper zone without any {f}", "neither the {s} upper zone nor the {s} base", "skip the {z} of the {s} lung"]
JOINED = ["{z} of the left lung and also {y} of the right lung", "both lungs , {z} of the {s} one excepted", "{s} lung apart from its {z}"]


def probes() -> list[tuple[str, np.ndarray]]:
    """Texts and what they name."""
    found = []
    for side in ("left", "right", "both"):
        found += [(form.format(s=side), region(side, "whole")) for form in (BOTH if side == "both" else WHOLE)]
        for zone, nouns in ZONES.items():
            found += [(form.format(s=side, z=noun), region(side, zone)) for noun in nouns for form in (ZONE_BOTH if side == "both" else ZONE)]
    found += [(text, nothing()) for text in NONE]
    found += [(form.format(s=side, f="opacity", z="upper zone"), nothing()) for side in ("left", "right") for form in DENIED]
    return found + joined()


def joined() -> list[tuple[str, np.ndarray]]:
    found = []
    for z in ("upper", "middle", "lower", "lower half"):
        noun = z if "half" in z else f"{z} zone"
        found += [(JOINED[0].format(z=noun, y=f"{y} zone"), region("left", z) | region("right", y)) for y in ("upper", "middle", "lower")]
        for s in ("left", "right"):
            found += [(JOINED[1].format(s=s, z=noun), region("both", "whole") & ~region(s, z)), (JOINED[2].format(s=s, z=noun), region(s, "whole") & ~region(s, z))]
    return found
