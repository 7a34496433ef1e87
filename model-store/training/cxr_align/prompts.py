"""The prompts that evaluation and the pack's label sets use, fixed here."""

from __future__ import annotations

from .phrases import HELD_OUT, PHRASES

FROZEN: dict[str, list[str]] = {
    "normal": ["normal chest", "the lungs are clear", "chest radiograph with no finding", "clear lungs", "no acute cardiopulmonary disease"],
    "abnormal": ["abnormal chest", "there is an abnormality", "chest radiograph with abnormal lungs", "signs of disease", "pathological finding"],
    "pneumonia": ["pneumonia", "signs of pneumonia", "chest radiograph with pneumonia", "findings of pneumonia", "lung infection"],
    "no pneumonia": ["no pneumonia", "no evidence of pneumonia", "without pneumonia", "no sign of lung infection"],
    "bacterial": ["bacterial pneumonia", "pneumonia caused by bacteria", "chest radiograph with bacterial pneumonia", "lobar pneumonia"],
    "viral": ["viral pneumonia", "pneumonia caused by a virus", "chest radiograph with viral pneumonia", "interstitial pneumonia"],
    "covid": ["covid-19", "covid-19 pneumonia", "coronavirus disease"],
    "ap": ["ap view", "anteroposterior view", "portable ap", "ap projection"],
    "pa": ["pa view", "posteroanterior view", "upright pa", "pa projection"],
    "child": ["child", "pediatric patient", "young child"],
    "adult": ["adult", "adult patient", "an adult"],
    "male": ["male", "male patient", "man"],
    "female": ["female", "female patient", "woman"],
    "elderly": ["elderly patient", "aged over sixty"],
    "young": ["young adult", "aged under forty"],
    "infiltration": ["infiltration", "pulmonary infiltrates"],
    "effusion": ["effusion", "pleural effusion"],
    "atelectasis": ["atelectasis", "atelectatic change"],
    "edema": ["edema", "pulmonary edema"],
    "consolidation": ["consolidation", "lung consolidation"],
}
FROZEN |= {f"no {name}": [f"no {name}", f"no evidence of {name}", f"without {name}"] for name in ("infiltration", "effusion", "atelectasis", "edema", "consolidation")}


def seen(name: str) -> list[str]:
    """Wordings that training used."""
    return PHRASES[name]


def unseen(name: str) -> list[str]:
    """Wordings that training never used."""
    return HELD_OUT[name]
