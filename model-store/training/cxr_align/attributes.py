"""What is known of each film, as a table of yes, no and unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd

UPSTREAM = {
    "pneumonia": "Pneumonia",
    "bacterial": "Bacterial pneumonia",
    "viral": "Viral pneumonia",
    "covid": "COVID-19",
    "infiltration": "Infiltration",
    "effusion": "Effusion",
    "atelectasis": "Atelectasis",
    "edema": "Edema",
    "consolidation": "Consolidation",
    "thickening": "Pleural thickening",
    "nodule": "Nodule",
    "mass": "Mass",
    "cardiomegaly": "Cardiomegaly",
    "emphysema": "Emphysema",
    "fibrosis": "Fibrosis",
    "pneumothorax": "Pneumothorax",
}
NIH_ONLY = tuple(UPSTREAM)[4:]
FINDINGS = ("normal", "abnormal", *UPSTREAM)
OTHERS = ("ap", "pa", "child", "adult", "male", "female", "young", "middle", "elderly")
ATTRIBUTES = (*FINDINGS, *OTHERS)
INDEX = {name: at for at, name in enumerate(ATTRIBUTES)}
YES, NO, UNKNOWN = 1, 0, -1


def known_findings(source: str, labels: set[str]) -> dict[str, int]:
    """The findings that a dataset's labelling says anything about.

    A dataset that never labelled a thing leaves it unknown. COVID-19 is known only inside the
    Hannover films, and a COVID-19 film is not called abnormal: some of them look normal.
    """
    normal = "No Finding" in labels
    known: dict[str, int] = {}
    if source in ("nih", "kermany") or normal:
        known.update(normal=int(normal), abnormal=int(not normal))
    if normal:
        known.update(dict.fromkeys(("pneumonia", "bacterial", "viral", *NIH_ONLY), NO))
    elif source == "nih":
        known.update({name: int(UPSTREAM[name] in labels) for name in ("pneumonia", *NIH_ONLY)})
    elif source == "kermany":
        known.update({name: int(UPSTREAM[name] in labels) for name in ("pneumonia", "bacterial", "viral")})
    if source == "hannover":
        known["covid"] = int("COVID-19" in labels)
    return known


def known_others(source: str, view: object, sex: object, age: object) -> dict[str, int]:
    """View, sex and age as far as the manifest gives them."""
    known: dict[str, int] = {}
    if view in ("AP", "PA"):
        known.update(ap=int(view == "AP"), pa=int(view == "PA"))
    if sex in ("male", "female"):
        known.update(male=int(sex == "male"), female=int(sex == "female"))
    years = 3.0 if source == "kermany" else pd.to_numeric(age, errors="coerce")
    if not np.isnan(years):
        adult = years >= 18
        known.update(child=int(not adult), adult=int(adult), young=int(adult and years < 40))
        known.update(middle=int(40 <= years < 60), elderly=int(years >= 60))
    return known


def attribute_table(table: pd.DataFrame) -> np.ndarray:
    """int8 [films, attributes] of YES, NO and UNKNOWN."""
    values = np.full((len(table), len(ATTRIBUTES)), UNKNOWN, np.int8)
    for at, row in enumerate(table.itertuples()):
        labels = set(str(row.labels).split(";"))
        known = known_findings(row.source, labels) | known_others(row.source, row.view, row.sex, row.age)
        for name, value in known.items():
            values[at, INDEX[name]] = value
    return values
