"""The evaluation of a finished model on one part of the films, at the films' own size."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ..corpus.films import read_films, read_true_masks
from ..corpus.manifest import read_manifest
from ..cxr_align.statistics import figure, mean
from .cases import CASES, annotations, combinations
from .overlap import dice, hausdorff95, intersection_over_union
from .prior import Prior
from .reading import Answer, Reader
from .regions import hard_mask
from .unseen import NOTHING, denied

Row = dict[str, object]
SENTENCES = 200
NOTHING_A_FILM = 14
DENIED_A_FILM = 4


def drawn_lungs(root: Path, row: pd.Series) -> np.ndarray:
    """bool [2,h,w] at the film's own size, patient's right and left."""
    masks = []
    for column in ("mask_lung_right", "mask_lung_left"):
        with Image.open(root / row[column]) as image:
            masks.append(np.asarray(image.convert("L")) > 127)
    return np.stack(masks)


def part_films(data: Path, work: Path, part: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows of the films of a part that have drawn lungs, and their pixels uint8 [n,s,s]."""
    table = read_manifest(data)
    rows, _ = read_true_masks(data, table, work)
    rows = rows[table["part"].to_numpy()[rows] == part]
    return table.iloc[rows].reset_index(drop=True), read_films(data, table, work)[rows]


def greatest_probabilities(data: Path, work: Path, part: str, reader: Reader) -> list[float]:
    """The greatest probability of every region's mask on every film of a part."""
    table, films = part_films(data, work, part)
    found: list[float] = []
    for at, film in enumerate(films):
        texts = [case.seen[at % len(case.seen)] for case in CASES]
        found += [answer.greatest for answer in reader.answers(film, texts, (int(table["height"][at]), int(table["width"][at])))]
    return found


class Study:
    """Films of a part that have drawn lungs, asked everything once; figures are made from the notes taken."""

    def __init__(self, data: Path, work: Path, part: str, reader: Reader) -> None:
        table = read_manifest(data)
        rows, lungs = read_true_masks(data, table, work)
        self.part, self.reader, self.data = part, reader, data
        self.prior = Prior(lungs[table["part"].to_numpy()[rows] == "train"])
        self.table, self.films = part_films(data, work, part)
        self.sources = self.table["source"].to_numpy()
        self.patients = self.table["patient_id"].astype(str).to_numpy()
        self.regions: list[Row] = []
        self.sentences: list[Row] = []
        self.empties: list[Row] = []
        for at in range(len(self.films)):
            self.ask(at)

    def ask(self, at: int) -> None:
        """Everything about one film."""
        lungs = drawn_lungs(self.data, self.table.loc[at])
        size = lungs.shape[1:]
        asked: list[tuple[Callable[[str, Answer], None], str]] = []
        for case in CASES:
            drawn = hard_mask(lungs, case.parts)
            rival = self.prior.mask(case.parts, size)
            other = hard_mask(lungs, case.parts[::-1])
            note: Row = {
                "film": at, "case": case, "prior": dice(rival, drawn), "prior_iou": intersection_over_union(rival, drawn), "prior_hd95": hausdorff95(rival, drawn),
            }
            self.regions.append(note)
            seen, unseen = case.seen[at % len(case.seen)], case.unseen[at % len(case.unseen)]
            asked.append((self.region_noter(note, drawn, other, ""), seen))
            asked.append((self.region_noter(note, drawn, other, "unseen_"), unseen))
        for kind, texts in (("annotation", annotations(SENTENCES)), ("combination", combinations(SENTENCES))):
            for turn in (2 * at, 2 * at + 1):
                text, parts = texts[turn % len(texts)]
                asked.append((self.sentence_noter(at, kind, hard_mask(lungs, parts), self.prior.mask(parts, size)), text))
        asked += [(self.empty_noter(at, kind), text) for kind, text in self.nothing_for(at)]
        for (take, text), answer in zip(asked, self.reader.answers(self.films[at], [text for _, text in asked], size)):
            take(text, answer)

    @staticmethod
    def nothing_for(at: int) -> Iterable[tuple[str, str]]:
        """A film's turn of the texts that name no region, and of those that deny one."""
        texts = [(kind, text) for kind, group in NOTHING.items() for text in group]
        for turn in range(NOTHING_A_FILM):
            yield texts[(NOTHING_A_FILM * at + turn) % len(texts)]
        no = denied()
        for turn in range(DENIED_A_FILM):
            yield "a region is denied", no[(DENIED_A_FILM * at + turn) % len(no)]

    @staticmethod
    def region_noter(note: Row, drawn: np.ndarray, other: np.ndarray, mark: str) -> Callable[[str, Answer], None]:
        def take(text: str, answer: Answer) -> None:
            note[f"{mark}dice"], note[f"{mark}greatest"] = dice(answer.mask, drawn), answer.greatest
            note[f"{mark}text"], note[f"{mark}answer"] = text, Answer(answer.mask[:0], answer.greatest)
            note[f"{mark}empty"] = not answer.mask.any()
            if not mark:
                note["iou"], note["hd95"] = intersection_over_union(answer.mask, drawn), hausdorff95(answer.mask, drawn)
                note["own_side"] = dice(answer.mask, drawn) > dice(answer.mask, other)

        return take

    def sentence_noter(self, at: int, kind: str, drawn: np.ndarray, rival: np.ndarray) -> Callable[[str, Answer], None]:
        def take(text: str, answer: Answer) -> None:
            self.sentences.append({"film": at, "kind": kind, "text": text, "dice": dice(answer.mask, drawn), "prior": dice(rival, drawn)})

        return take

    def empty_noter(self, at: int, kind: str) -> Callable[[str, Answer], None]:
        def take(text: str, answer: Answer) -> None:
            self.empties.append({"film": at, "kind": kind, "text": text, "answer": answer, "empty": not answer.mask.any(), "share": float(answer.mask.mean())})

        return take

    def groups(self) -> dict[str, np.ndarray]:
        """Films by dataset, adults together, and all; only those with films."""
        sources = self.sources
        found = {"kermany": sources == "kermany", "hannover": sources == "hannover", "cohen": sources == "cohen", "adults": sources != "kermany", "all": np.ones(len(sources), bool)}
        return {name: use for name, use in found.items() if use.any()}

    def measured(self, notes: list[Row], use: np.ndarray, measure: str, rival: str | None = None) -> Row:
        """Mean of a measure over notes of some films, with its interval over patients."""
        notes = [note for note in notes if use[note["film"]]]
        values = np.array([float(note[measure]) for note in notes])
        patients = self.patients[[note["film"] for note in notes]]
        row = figure(mean, patients, values, rival=np.array([float(note[rival]) for note in notes]) if rival else None)
        return {**row, "n": len(np.unique([note["film"] for note in notes])), "masks": len(values)}
