"""The evaluation of a finished model on one part of the films."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from ..corpus.films import read_films, read_true_masks
from ..corpus.manifest import read_manifest
from .attributes import attribute_table
from .baseline import fit, thumbnails
from .batches import image_classes
from .conditions import INTACT, LUNGS, SURROUNDINGS, covered
from .prompts import FROZEN, unseen
from .questions import BARRED, REPORTED, Question
from .reading import Combination, Films, Reader
from .regions import cell_share
from .statistics import auroc, figure, mean

LUNG_WORDS = {"seen in training": ("lungs", "both lungs", "lung fields"), "unseen": ("the lung fields", "opacity in both lungs"), "findings": ("pneumonia", "bacterial pneumonia", "lung infection", "infiltrate")}
SIDE_WORDS = {"seen in training": ("{} lung", "{}", "in the {} lung"), "unseen": ("the {} hemithorax", "{} pulmonary field", "the {} side of the chest")}
Row = dict[str, object]


class Study:
    """Films of a part, their lungs, and everything measured on them."""

    def __init__(self, data: Path, work: Path, part: str, reader: Reader, how: Combination) -> None:
        self.table = read_manifest(data)
        self.all_films = read_films(data, self.table, work)
        self.all_values = attribute_table(self.table)
        rows = np.flatnonzero(self.table["part"] == part)
        self.reader, self.how, self.part = reader, how, part
        self.films, self.values = self.all_films[rows], self.all_values[rows]
        self.sources, self.patients = self.table["source"].to_numpy()[rows], self.table["patient_id"].astype(str).to_numpy()[rows]
        lungs = np.load(work / f"lungs-{self.films.shape[-1]}.npy", mmap_mode="r")
        self.prior = cell_share(torch.from_numpy((lungs[self.table["part"] == "train"].max(1) > 127).astype(np.float32))).mean(0).numpy()
        self.masks = lungs[rows] > 127
        drawn_rows, drawn = read_true_masks(data, self.table, work)
        self.is_drawn = np.isin(rows, drawn_rows)
        self.masks[self.is_drawn] = drawn[np.searchsorted(drawn_rows, rows[self.is_drawn])] > 127
        self.read: dict[str, Films] = {}

    def seen(self, condition: str = INTACT) -> Films:
        if condition not in self.read:
            self.read[condition] = self.reader.films(covered(self.films, self.masks.max(1), condition))
        return self.read[condition]

    def margin(self, question: Question, condition: str = INTACT, prompts: Callable[[str], list[str]] = FROZEN.__getitem__) -> np.ndarray:
        rows = question.rows(self.sources, self.values)
        return self.reader.margin(self.seen(condition), prompts(question.said), prompts(question.against), self.how)[rows]

    def rival(self, question: Question) -> np.ndarray:
        """The thumbnail's scores for a question's films, fitted on the same dataset's train and validation films."""
        sources, use = self.table["source"].to_numpy(), (self.table["part"] != "test") if self.part == "test" else (self.table["part"] == "train")
        rows = question.rows(sources, self.all_values)
        rows = rows[use.to_numpy()[rows]]
        model = fit(thumbnails(self.all_films[rows]), question.labels(self.all_values[rows]))
        return model.decision_function(thumbnails(self.films[question.rows(self.sources, self.values)]))

    def answer(self, question: Question) -> Row | None:
        rows = question.rows(self.sources, self.values)
        labels = question.labels(self.values[rows])
        if len(rows) < 8 or labels.min() == labels.max():
            return None
        row = figure(auroc, self.patients[rows], labels, self.margin(question), rival=self.rival(question))
        return {"question": question.name, "positives": int(labels.sum()), "bar": question.bar, **row}

    def questions(self) -> list[Row]:
        return [row for question in (*BARRED, *REPORTED) if (row := self.answer(question))]

    def paraphrases(self) -> list[Row]:
        """Loss of AUROC with wordings that training never saw."""
        found = []
        for question in BARRED:
            rows = question.rows(self.sources, self.values)
            labels = question.labels(self.values[rows])
            row = figure(auroc, self.patients[rows], labels, self.margin(question, prompts=unseen), rival=self.margin(question))
            found.append({"question": question.name, **row})
        return found

    def shortcuts(self) -> list[Row]:
        """The questions again with the lungs, or everything else, covered."""
        found = []
        for question in BARRED:
            rows = question.rows(self.sources, self.values)
            labels = question.labels(self.values[rows])
            for condition in (*LUNGS, *SURROUNDINGS):
                row = figure(auroc, self.patients[rows], labels, self.margin(question, condition), rival=self.margin(question))
                found.append({"question": question.name, "condition": condition, **row})
        return found

    def neighbours(self) -> list[Row]:
        """Share of a film's five nearest films, of other patients of the dataset, that have its class."""
        classes, found = image_classes(self.values), []
        for source in ("kermany", "nih"):
            rows = np.flatnonzero((self.sources == source) & (classes >= 0))
            vectors = self.seen().vectors[rows].numpy()
            small = thumbnails(self.films[rows])
            distance = -((small[:, None] - small[None]) ** 2).sum(-1)
            hits = [self.hits(near, classes[rows], self.patients[rows]) for near in (vectors @ vectors.T, distance)]
            row = figure(mean, self.patients[rows], hits[0], rival=hits[1])
            by_class = {str(name): round(float(hits[0][classes[rows] == name].mean()), 4) for name in np.unique(classes[rows])}
            found.append({"source": source, "bar": 0.75, "by_class": by_class, **row})
        return found

    @staticmethod
    def hits(near: np.ndarray, classes: np.ndarray, patients: np.ndarray) -> np.ndarray:
        near = np.where(patients[:, None] == patients[None], -np.inf, near)
        first = np.argsort(-near, axis=1)[:, :5]
        return (classes[first] == classes[:, None]).mean(1)

    def maps(self) -> list[Row]:
        """Share of words' looks inside the lungs, and on the side they name; a cell's look is spread evenly over it."""
        sides = [cell_share(torch.from_numpy(self.masks[:, side].astype(np.float32))).numpy() for side in (0, 1)]
        inside = cell_share(torch.from_numpy(self.masks.max(1).astype(np.float32))).numpy()
        found = []
        groups = {source: self.sources == source for source in ("kermany", "nih", "hannover")}
        groups["drawn masks only"] = self.is_drawn
        uniform, prior = inside.mean(1), inside @ (self.prior / self.prior.sum())
        for kind, texts in LUNG_WORDS.items():
            shares = np.mean([(self.reader.maps(self.seen(), text) * inside).sum(1) for text in texts], 0)
            for group, use in groups.items():
                if use.sum() >= 5:
                    row = figure(mean, self.patients[use], shares[use], rival=prior[use])
                    found.append({"measure": "share inside the lungs", "words": kind, "group": group, "bar": 0.8, "even_look": round(mean(uniform[use]), 4), **row})
        for kind, forms in SIDE_WORDS.items():
            for group, use in groups.items():
                if use.sum() >= 5:
                    right, films = self.side_shares(forms, sides, use)
                    row = figure(mean, self.patients[use], right)
                    found.append({"measure": "share on the named side", "words": kind, "group": group, "bar": 0.95, "films_right": round(mean(films), 4), **row})
        return found

    def side_shares(self, forms: tuple[str, ...], sides: list[np.ndarray], use: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Per film: the look on the named lung out of that on either, and how often it is the greater."""
        shares = []
        for name, own, other in (("right", sides[0], sides[1]), ("left", sides[1], sides[0])):
            for form in forms:
                maps = self.reader.maps(self.seen(), form.format(name))
                on, off = (maps * own).sum(1)[use], (maps * other).sum(1)[use]
                shares.append(on / (on + off + 1e-9))
        return np.mean(shares, 0), np.mean(np.stack(shares) > 0.5, 0)

    def all(self) -> dict[str, object]:
        counts = pd.Series(self.sources).value_counts().to_dict()
        return {
            "part": self.part, "films": {name: int(count) for name, count in counts.items()}, "drawn_masks": int(self.is_drawn.sum()),
            "combination": {"global": self.how.whole, "local": self.how.part}, "questions": self.questions(), "paraphrases": self.paraphrases(),
            "shortcuts": self.shortcuts(), "neighbours": self.neighbours(), "maps": self.maps(),
        }


def quick(study: Study) -> float:
    """Mean AUROC of the questions with a bar, to choose how to combine scores on validation."""
    return float(np.mean([auroc(q.labels(study.values[q.rows(study.sources, study.values)]), study.margin(q)) for q in BARRED]))
