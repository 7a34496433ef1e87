"""The 25 CheXpert prompts that the released code draws (seed 6, five a class, first call after import, CPython 3.11).

Its misspellings are kept, and the spaces that empty slots leave: `compat` counts the characters of a prompt. Vocabulary:
`gloria/constants.py` at 416466a, Apache-2.0.
"""

from __future__ import annotations

CHEXPERT: dict[str, list[str]] = {
    "Atelectasis": [
        "minimal residual atelectasis at the left lung zone",
        "minimal subsegmental atelectasis at the left lung base",
        " trace atelectasis at the mid lung zone",
        "mild bandlike atelectasis at the lung bases",
        "minimal bandlike atelectasis at the right lung base",
    ],
    "Cardiomegaly": [
        " portable view of the chest demonstrates mild cardiomegaly ",
        " cardiac silhouette size is upper limits of normal ",
        " heart size remains at mildly enlarged ",
        " mildly prominent cardiac silhouette ",
        " ap erect chest radiograph demonstrates the heart size is the upper limits of normal ",
    ],
    "Consolidation": [
        "apperance of bilateral consolidation at the right lung base",
        "improved patchy consolidation at the lower lung zone",
        "apperance of partial consolidation at the left upper lobe",
        "increased partial consolidation at the left lung base",
        "increased airspace consolidation at the upper lung zone",
    ],
    "Edema": [
        " pulmonary edema ",
        "improvement in pulmonary interstitial edema ",
        "decreased pulmonary edema ",
        "moderate pulmonary edema ",
        "mild pulmonary edema ",
    ],
    "Pleural Effusion": [
        "increased left subpulmonic pleural effusion",
        "stable tiny bilateral pleural effusion",
        "large tiny subpulmonic pleural effusion",
        "decreased tiny subpulmonic pleural effusion",
        " tiny bilateral pleural effusion",
    ],
}


def prompts(keeps_spaces: bool) -> dict[str, list[str]]:
    """By class; without `keeps_spaces` with single spaces between words alone, which no score but compat's can tell."""
    return CHEXPERT if keeps_spaces else {label: [" ".join(text.split()) for text in texts] for label, texts in CHEXPERT.items()}
