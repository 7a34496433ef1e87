"""The findings text of a film, composed from its labels, and the labels that a text speaks of.

Age and sex are left out: whoever sends a film knows them, and they are not for a film to tell.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

NO_FINDING = "No Finding"
# Upstream label -> its words in the text, in the order in which they are written.
WORDS: dict[str, str] = {
    "COVID-19": "COVID-19",
    "Bacterial pneumonia": "bacterial pneumonia",
    "Viral pneumonia": "viral pneumonia",
    "Pneumonia": "pneumonia",
    "Infiltration": "infiltration",
    "Edema": "edema",
    "Atelectasis": "atelectasis",
    "Effusion": "effusion",
    "Consolidation": "consolidation",
    "Pleural thickening": "pleural thickening",
    "Nodule": "nodule",
    "Mass": "mass",
    "Cardiomegaly": "cardiomegaly",
    "Emphysema": "emphysema",
    "Fibrosis": "fibrosis",
    "Pneumothorax": "pneumothorax",
}
LABELS = (NO_FINDING, *WORDS)
CAUSES = ("Bacterial pneumonia", "Viral pneumonia")
UNFIT = "No report: the film is unlike the frontal chest radiographs that this model knows."


def labels_of(upstream: str) -> frozenset[str]:
    """The labels of a manifest's cell that a text can say."""
    return frozenset(upstream.split(";")) & frozenset(LABELS)


def report(labels: frozenset[str], view: str) -> str:
    """A cause of pneumonia stands for the pneumonia itself."""
    said = [word for label, word in WORDS.items() if label in labels and not (label == "Pneumonia" and labels & set(CAUSES))]
    return f"Frontal chest radiograph, {view} view. Findings: {', '.join(said) or 'no finding'}."


def labels_in(text: str) -> frozenset[str]:
    """The labels whose words stand in a text; 'bacterial pneumonia' says 'pneumonia' too."""
    found = {label for label, word in WORDS.items() if re.search(rf"\b{re.escape(word)}\b", text)}
    return frozenset(found | ({NO_FINDING} if "no finding" in text else set()))


def report_table(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Texts of all films, and which films have one: a view and at least one label that can be said."""
    labels = [labels_of(str(cell)) for cell in table["labels"]]
    texts = np.array([report(own, str(view)) for own, view in zip(labels, table["view"])], dtype=object)
    usable = np.array([bool(own) for own in labels]) & table["view"].isin(("AP", "PA")).to_numpy()
    return texts, usable


def label_matrix(sets: list[frozenset[str]]) -> np.ndarray:
    """bool [texts, labels]."""
    return np.array([[label in own for label in LABELS] for own in sets])


def every_text() -> list[str]:
    """What the vocabulary is learned from: each view with no finding, each finding, and each two of them."""
    sets = [frozenset(), *(frozenset([one]) for one in WORDS), *(frozenset([one, other]) for one in WORDS for other in WORDS if one < other)]
    return [UNFIT, *(report(own, view) for own in sets for view in ("AP", "PA"))]
