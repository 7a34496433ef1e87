"""MedCLIP's prompt vocabularies (`medclip/constants.py` at 9c3396f), in full: CheXpert's are GLoRIA's, misspellings included.

A prompt is its slots joined by spaces; those that empty slots leave are taken out, which no token can tell.
"""

from __future__ import annotations

from itertools import product

Slots = tuple[list[str], ...]

NONE = [""]
ZONES = ["mid lung zone", "upper lung zone", "right lung zone", "left lung zone", "lung bases", "right lung base", "left lung base"]
PLACES = [f"at the {place}" for place in [*ZONES, "bilateral lung bases", "left lower lobe", "right lower lobe"]]
ATELECTASIS = ["subsegmental", "linear", "trace", "bibasilar", "retrocardiac", "bandlike", "residual"]
CARDIOMEGALY = [
    "cardiac silhouette size is upper limits of normal", "cardiomegaly which is unchanged", "mildly prominent cardiac silhouette",
    "portable view of the chest demonstrates stable cardiomegaly", "portable view of the chest demonstrates mild cardiomegaly",
    "persistent severe cardiomegaly", "heart size is borderline enlarged", "cardiomegaly unchanged",
    "heart size is at the upper limits of normal", "redemonstration of cardiomegaly",
    "ap erect chest radiograph demonstrates the heart size is the upper limits of normal",
    "cardiac silhouette size is mildly enlarged",
    "mildly enlarged cardiac silhouette, likely left ventricular enlargement. other chambers are less prominent",
    "heart size remains at mildly enlarged", "persistent cardiomegaly with prominent upper lobe vessels",
]
CONSOLIDATION = ["bilateral", "reticular", "retrocardiac", "patchy", "airspace", "partial"]
CONSOLIDATION_PLACES = [
    "lower lung zone", "upper lung zone", "left lower lobe", "right lower lobe", "left upper lobe", "right uppper lobe",
    "right lung base", "left lung base",
]
EDEMA = ["pulmonary edema", "trace interstitial edema", "pulmonary interstitial edema"]
EFFUSION = ["bilateral", "subpulmonic", "bilateral"]

CHEXPERT: dict[str, Slots] = {
    "Atelectasis": (["", "mild", "minimal"], [f"{kind} atelectasis" for kind in ATELECTASIS], PLACES),
    "Cardiomegaly": (NONE, CARDIOMEGALY, NONE),
    "Consolidation": (
        ["", "increased", "improved", "apperance of"], [f"{kind} consolidation" for kind in CONSOLIDATION],
        [f"at the {place}" for place in CONSOLIDATION_PLACES],
    ),
    "Edema": (["", "mild", "improvement in", "presistent", "moderate", "decreased"], EDEMA, NONE),
    # The place comes before the kind, and one kind is there twice: both count in a mean over prompts.
    "Pleural Effusion": (
        ["", "small", "stable", "large", "decreased", "increased"], ["left", "right", "tiny"],
        [f"{kind} pleural effusion" for kind in EFFUSION],
    ),
}
COVID: dict[str, Slots] = {
    "COVID": (["patchy", "confluent"], ["ground glass"], ["opacity", "consolidation"], ["in peripheral", "in mid", "in lower"]),
}
RSNA: dict[str, Slots] = {
    "Pneumonia": (
        ["round", "early", "focal", "multifocal", "small", ""], ["bacterial", "viral", "mycoplasma", ""],
        [*PLACES, "at the left middle lobe", "at the right middle lobe", ""],
    ),
}

DRAWN = 10
"""Prompts a class that the released examples draw, without a seed."""

NORMAL = [
    "The lungs are clear.", "No focal consolidation is seen.", "There is no pleural effusion.", "No pneumothorax is identified.",
    "The heart is of normal size.", "No acute cardiopulmonary abnormality.", "The mediastinal contours are normal.",
    "Normal chest radiograph.", "No evidence of pneumonia.", "The lungs are well expanded and clear.",
]
"""radserve's own: MedCLIP's ten come from a file of sentences that was not released, and are drawn from it without a seed."""


def in_full(vocabulary: dict[str, Slots]) -> dict[str, list[str]]:
    """Every prompt by class, in the order of the released code; one of which all slots are empty (RSNA's last) says nothing."""
    return {label: [text for text in map(_joined, product(*slots)) if text] for label, slots in vocabulary.items()}


def spread(prompts: dict[str, list[str]], count: int = DRAWN) -> dict[str, list[str]]:
    """So many a class, evenly spaced in the order of the vocabulary, since a draw without a seed cannot be repeated."""
    return {label: [texts[at * len(texts) // count] for at in range(count)] for label, texts in prompts.items()}


def _joined(slots: tuple[str, ...]) -> str:
    return " ".join(" ".join(slots).split())
