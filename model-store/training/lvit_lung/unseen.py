"""Wordings that training never drew, for evaluation only; `held_out` keeps them out."""

from __future__ import annotations

from tokenizers import Tokenizer

from .probes import probes

WHOLE = ["the entire lung field on the {s}", "{s} pulmonary area", "please delimit the {s} lung for me", "where is the {s} lung?", "lung parenchyma on the {s} side", "full extent of the {s} lung"]
BOTH = ["the whole of both lungs", "pulmonary fields on both sides", "both pulmonary areas", "every part of both lungs", "please delimit the lungs"]
ZONE = ["on the {s}, the {z} of the lung", "please delimit the {z} on the {s} side", "dense patch occupying the {s} {z}", "streaky change, {z} of the {s} lung field", "{s} hemithorax: {z}", "{s} lung: the {z} alone"]
ZONE_BOTH = ["the {z} on both sides", "please delimit the {z} in both lungs", "changes in the {z}, bilaterally", "in both lungs the {z}"]
ZONES = {
    "upper": ["upper zone", "upper third", "upper aspect"], "middle": ["middle zone", "middle third", "central zone"], "lower": ["lower zone", "lower third", "lower aspect"],
    "upper half": ["upper half", "top half"], "lower half": ["lower half", "bottom half"],
}
EXPLICIT = [
    "do not outline anything", "please leave the mask blank", "no structure", "nothing to mark", "no lung tissue", "none of both lungs", "not a single zone", "zero regions", "nothing whatsoever",
    "mark no place", "nothing, thank you", "no part at all",
]
ORGANS = [
    "left kidney outline", "right hip joint", "left collarbone", "the stomach bubble", "upper thigh", "lower back", "left carotid artery", "lower jaw bone", "thoracic vertebrae", "base of the thumb", "middle finger",
    "the upper lip", "both kidneys", "right atrial appendage", "left ventricle of the heart", "gastric fundus",
]
FINDINGS = [
    "enlarged cardiac silhouette", "broken rib", "pacemaker leads", "tortuous aorta", "feeding tube in place", "sternotomy wires", "osteopenia", "breast implants", "swallowed coin", "pneumoperitoneum",
    "cardiac enlargement", "old healed fractures",
]
ELSEWHERE = [
    "heavy snow is expected tomorrow", "the wind blows from the west", "the bus leaves at nine", "thank you very much", "how old are you", "two plus two is four", "a dog in the garden", "stock prices fell again",
    "draw a circle", "strong coffee without sugar", "left over food", "right now", "the upper house of parliament", "lower your voice", "both teams scored", "it will be cloudy on sunday",
]
NOTHING = {"nothing is asked for": EXPLICIT, "other organs": ORGANS, "other findings": FINDINGS, "weather and others": ELSEWHERE}
DENIED = [
    "no shadow in the {s} lung", "no sign of pneumonia in the {s} lower zone", "without consolidation in the upper zone of the {s} lung", "there are no opacities in either lung", "{s} lung is to be left out",
    "no effusion at the {s} base", "do not mark the {s} lung", "neither of the lungs",
]


def wordings(side: str, zone: str) -> list[str]:
    """Unseen texts of one case, every noun in turn."""
    if zone == "whole":
        return [form.format(s=side) for form in (BOTH if side == "both" else WHOLE)]
    forms = ZONE_BOTH if side == "both" else ZONE
    return [form.format(s=side, z=noun) for noun in ZONES[zone] for form in forms]


def denied() -> list[str]:
    return [form.format(s=side) for side in ("left", "right") for form in DENIED]


def held_out(tokenizer: Tokenizer) -> set[tuple[int, ...]]:
    """What the model would read of these texts and of `probes.py`, without marks. Training draws none of them, in whatever unknown words."""
    sides = ("left", "right", "both")
    texts = [text for side in sides for zone in ("whole", *ZONES) for text in wordings(side, zone)]
    texts += [text for group in NOTHING.values() for text in group] + denied() + [text for text, _ in probes()]
    return {read(tokenizer, text) for text in texts}


def read(tokenizer: Tokenizer, text: str) -> tuple[int, ...]:
    """Ids of the words, so that punctuation makes no difference."""
    return tuple(tokenizer.encode(plain(text)).ids)


def plain(text: str) -> str:
    """Words only, so that punctuation makes no difference."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())
