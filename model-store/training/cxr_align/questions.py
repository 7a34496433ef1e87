"""What is asked of the model in evaluation: two opposite prompts on one group of films."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .attributes import INDEX


@dataclass(frozen=True)
class Question:
    """Does `said` beat `against` where `attribute` is yes? Only on films of a source where it is known."""

    name: str
    source: str
    attribute: str
    said: str
    against: str
    bar: float | None = None
    only: str | None = None

    def rows(self, sources: np.ndarray, values: np.ndarray) -> np.ndarray:
        chosen = values[:, INDEX[self.attribute]] >= 0
        if self.source != "all":
            chosen &= sources == self.source
        if self.only:
            chosen &= values[:, INDEX[self.only]] == 1
        return np.flatnonzero(chosen)

    def labels(self, values: np.ndarray) -> np.ndarray:
        return values[:, INDEX[self.attribute]] == 1


CHILDREN = Question("children: pneumonia or normal", "kermany", "pneumonia", "pneumonia", "normal", 0.99)
CAUSE = Question("children: bacterial or viral", "kermany", "bacterial", "bacterial", "viral", 0.82, only="pneumonia")
ADULTS = Question("NIH: abnormal or normal", "nih", "abnormal", "abnormal", "normal", 0.87)
VIEW = Question("NIH: AP or PA", "nih", "ap", "ap", "pa", 0.97)
BARRED = (CHILDREN, CAUSE, ADULTS, VIEW)
REPORTED = (
    Question("NIH: pneumonia or normal", "nih", "pneumonia", "pneumonia", "normal"),
    Question("NIH: abnormal or normal, AP films", "nih", "abnormal", "abnormal", "normal", only="ap"),
    Question("NIH: abnormal or normal, PA films", "nih", "abnormal", "abnormal", "normal", only="pa"),
    Question("children: pneumonia or no pneumonia", "kermany", "pneumonia", "pneumonia", "no pneumonia"),
    Question("NIH: pneumonia or no pneumonia", "nih", "pneumonia", "pneumonia", "no pneumonia"),
    Question("Hannover: AP or PA", "hannover", "ap", "ap", "pa"),
    Question("NIH: male or female", "nih", "male", "male", "female"),
    Question("Hannover: male or female", "hannover", "male", "male", "female"),
    Question("NIH: over sixty or under forty", "nih", "elderly", "elderly", "young"),
    Question("all: child or adult (dataset identity)", "all", "child", "child", "adult"),
    *(
        Question(f"NIH: {name} or no {name}", "nih", name, name, f"no {name}")
        for name in ("infiltration", "effusion", "atelectasis", "edema", "consolidation")
    ),
)
