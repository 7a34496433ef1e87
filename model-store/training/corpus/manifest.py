"""The table of films: which dataset, which split, which licence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

SHORT_NAMES = {
    "NIH ChestX-ray14": "nih",
    "Kermany et al.": "kermany",
    "COVID-19 Image Repository": "hannover",
    "ieee8023": "cohen",
}
DATASETS = ("nih", "kermany", "hannover", "cohen")
VALIDATION_SHARE = 0.08


def short_name(dataset: str) -> str:
    """The one-word name of an upstream dataset."""
    for prefix, name in SHORT_NAMES.items():
        if dataset.startswith(prefix):
            return name
    raise ValueError(f"unknown dataset {dataset!r}")


def in_validation(patient_id: str) -> bool:
    """Whether a patient of `train` belongs to our validation split; depends on the id alone."""
    digest = hashlib.sha256(f"cxr-align validation {patient_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < VALIDATION_SHARE


def read_manifest(root: Path) -> pd.DataFrame:
    """Rows with the columns `source` (one of DATASETS) and `part` (train, validation or test).

    Films under a share-alike licence are left out, so that the weights carry no such term.
    """
    table = pd.read_csv(root / "manifest.csv", dtype={"age": str})
    table = table[~table["licence"].str.contains("SA", case=True)].reset_index(drop=True)
    table["source"] = table["dataset"].map(short_name)
    held = table["patient_id"].astype(str).map(in_validation)
    table["part"] = np.where(table["split"] == "test", "test", np.where(held, "validation", "train"))
    shared = set(table.loc[table.part == "test", "patient_id"]) & set(table.loc[table.part != "test", "patient_id"])
    if shared:
        raise ValueError(f"{len(shared)} patients stand in test and in train")
    return table
