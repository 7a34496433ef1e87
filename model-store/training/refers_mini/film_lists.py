"""Lists of films for `radserve eval`, which the card's figures come from, and the spoiled twins they name."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ..cxr_align.attributes import INDEX, attribute_table
from ..cxr_align.batches import image_classes
from ..cxr_align.prompts import FROZEN
from .sentences import labels_of, report_table
from .variants import CHANGED, PLAIN, SPOILED, variant

CLASSES = ("normal", "bacterial pneumonia", "viral pneumonia", "pneumonia of no known cause")
QUESTIONS = {
    "pneumonia-or-not": (("kermany", "nih"), ("pneumonia", "abnormal")),
    "cause": (("kermany",), ("bacterial", "viral")),
    "view": (("nih", "hannover"), ("ap", "pa")),
}


class FilmLists:
    def __init__(self, data: Path, table: pd.DataFrame, part: str, films: np.ndarray, folder: Path) -> None:
        self.table, self.folder, self.films, self.data = table, folder, films, data.resolve()
        self.texts, usable = report_table(table)
        self.values = attribute_table(table)
        self.rows = np.flatnonzero(usable & (table["part"] == part).to_numpy())
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, row: int) -> str:
        return str(self.data / self.table["file"][row])

    def write(self, name: str, head: list[str], lines: list[list[object]]) -> None:
        with (self.folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([head, *lines])

    def study(self, row: int, *paths: str) -> list[object]:
        labels = ";".join(sorted(labels_of(str(self.table["labels"][row]))))
        return [";".join(paths), self.texts[row], labels, self.table["patient_id"][row], self.table["source"][row]]

    def reports(self) -> None:
        """Single films; films of one patient with one text, two by two; films beside a spoiled twin."""
        head = ["images", "text", "labels", "patient", "dataset"]
        self.write("report-films", head, [self.study(row, self.path(row)) for row in self.rows])
        kin: dict[tuple[str, str], list[int]] = {}
        for row in self.rows:
            kin.setdefault((str(self.table["patient_id"][row]), self.texts[row]), []).append(int(row))
        pairs = [(a, b) for own in kin.values() for a, b in zip(own[::2], own[1::2])]
        for name, chosen in (("first", (0,)), ("second", (1,)), ("both", (0, 1))):
            self.write(f"report-pairs-{name}", head, [self.study(pair[0], *(self.path(pair[at]) for at in chosen)) for pair in pairs])
        twins = {row: self.twin(row) for row in self.rows}
        self.write("report-twins-spoiled", head, [self.study(row, twins[row]) for row in self.rows])
        self.write("report-twins-both", head, [self.study(row, self.path(row), twins[row]) for row in self.rows])

    def twin(self, row: int) -> str:
        number = PLAIN + CHANGED + int(row) % SPOILED
        path = self.folder / f"spoiled-{row}.png"
        Image.fromarray(variant(self.films[row : row + 1], number, 7_000_000 + int(row))[0]).save(path)
        return str(path.resolve())

    def classifications(self) -> None:
        for name, (sources, labels) in QUESTIONS.items():
            rows = [row for row in self.rows if self.table["source"][row] in sources and (name != "cause" or self.values[row, INDEX["pneumonia"]] == 1)]
            known = [[int(value) if value >= 0 else "" for value in self.values[row, [INDEX[label] for label in labels]]] for row in rows]
            lines = [[self.path(row), self.table["patient_id"][row], self.table["source"][row], *own] for row, own in zip(rows, known)]
            self.write(f"classification-{name}", ["image", "patient", "dataset", *labels], lines)

    def retrievals(self) -> None:
        """Within a dataset: films like a film, films that a prompt means."""
        classes = image_classes(self.values)
        for source in ("kermany", "nih"):
            rows = [row for row in self.rows if self.table["source"][row] == source and classes[row] >= 0]
            films = [[CLASSES[classes[row]], self.path(row), self.table["patient_id"][row]] for row in rows]
            self.write(f"retrieval-{source}-films", ["class", "image", "patient"], films)
            names = ("normal", "bacterial", "viral") if source == "kermany" else ("normal", "pneumonia")
            said = {"normal": 0, "bacterial": 1, "viral": 2, "pneumonia": 3}
            self.write(f"retrieval-{source}-texts", ["class", "text"], [[CLASSES[said[name]], prompt] for name in names for prompt in FROZEN[name]])


SETS = {"pneumonia-or-not": "cxr-basic", "cause": "pneumonia-cause", "view": "view"}
REPORTS = ("films", "pairs-first", "pairs-second", "pairs-both", "twins-spoiled", "twins-both")


def commands(folder: Path, answers: Path, store: Path) -> list[str]:
    """What to run in the repository so that every list is answered."""
    def ask(task: str, name: str, model: str, rest: str) -> str:
        return f"$RADSERVE eval {task} {model} {rest} --out {answers}/{name}@{model}.json"

    lines = [ask("report", f"report-{name}", "refers-mini", f"--manifest {folder}/report-{name}.csv") for name in REPORTS]
    for model in ("cxr-align", "refers-mini"):
        lines += [ask("classification", f"classification-{name}", model, f"--manifest {folder}/classification-{name}.csv --label-set {labels}") for name, labels in SETS.items()]
        for source in ("kermany", "nih"):
            films = f"--candidates {folder}/retrieval-{source}-films.csv --exclude-group"
            lines += [ask("retrieval", f"retrieval-{source}-{by}", model, f"--queries {folder}/retrieval-{source}-{by}.csv {films}") for by in ("films", "texts")]
    return ["set -e", "RADSERVE=${RADSERVE:-npx radserve}", f"export MODEL_STORE={store}", *lines]


def write_lists(data: Path, table: pd.DataFrame, part: str, films: np.ndarray, work: Path, store: Path) -> None:
    """Into `lists-<part>`; `evaluate-<part>.sh` asks about them and puts what is answered into `answers-<part>`."""
    folder, answers = work.resolve() / f"lists-{part}", work.resolve() / f"answers-{part}"
    lists = FilmLists(data, table, part, films, folder)
    lists.reports()
    lists.classifications()
    lists.retrievals()
    answers.mkdir(exist_ok=True)
    (work / f"evaluate-{part}.sh").write_text("\n".join(commands(folder, answers, store.resolve())) + "\n")
