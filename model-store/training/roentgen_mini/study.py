"""Everything that is measured on one part of the films."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from ..cxr_align.attributes import INDEX, UNKNOWN, YES
from ..cxr_align.statistics import auroc, figure, interval, mean
from .classifier import QUESTIONS
from .distribution import frechet_against_halves, nearest, pixel_deviation, similarity_within
from .generation import Generator, Way, as_bytes
from .image_losses import gradient_energy, ssim
from .judges import Judge
from .prompts import plain_prompt, present
from .stages import Corpus

Row = dict[str, object]
SOURCES = ("kermany", "nih")
MOST_FILMS, SAMPLES, SEED = 96, 64, 1000
BASIS_FILMS, REDRAWS = 400, 200


def redrawn(measure: Callable[[np.ndarray], float], count: int) -> list[float]:
    """The 95 % interval of a measure of rows, drawn anew with replacement."""
    draws = np.random.default_rng(0)
    return interval([measure(draws.integers(count, size=count)) for _ in range(REDRAWS)])


class Study:
    """A part's films, as many made ones from the prompts that fit them, and who judges both."""

    def __init__(self, corpus: Corpus, part: str, generator: Generator, judges: list[Judge]) -> None:
        self.corpus, self.part, self.generator, self.judges = corpus, part, generator, judges
        self.rows = corpus.prompted(part)
        draws = np.random.default_rng(3)
        kept = [draws.permutation(self.rows[corpus.source[self.rows] == source])[:MOST_FILMS] for source in SOURCES]
        self.chosen = np.concatenate(kept)
        train = corpus.prompted("train")
        self.basis = {source: draws.permutation(train[corpus.source[train] == source])[:BASIS_FILMS] for source in SOURCES}
        self.films: dict[str, np.ndarray] = {}

    def of(self, source: str, rows: np.ndarray) -> np.ndarray:
        return np.ones(len(rows), bool) if source == "all" else self.corpus.source[rows] == source

    def known(self, question: str, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Answers for films, and which of them count: bacterial or viral is asked of pneumonia only."""
        values = self.corpus.attributes[rows, INDEX[question]]
        asked = self.corpus.attributes[rows, INDEX["pneumonia"]] == YES if question == "bacterial" else np.ones(len(rows), bool)
        return values, asked & (values != UNKNOWN)

    def made(self, way: Way) -> np.ndarray:
        """One film for each chosen real one, from the plain prompt about it."""
        if way.name not in self.films:
            prompts = [plain_prompt(self.corpus.attributes[row]) for row in self.chosen]
            self.films[way.name] = self.generator.films(prompts, way, SEED)
        return self.films[way.name]

    @torch.no_grad()
    def fidelity(self) -> list[Row]:
        """The autoencoder on every film of the part, datasets without prompts included."""
        rows = np.flatnonzero(self.corpus.part == self.part)
        values = []
        for start in range(0, len(rows), 16):
            film = torch.from_numpy(self.corpus.films[rows[start : start + 16]])[:, None].float() / 255
            again = as_bytes(self.generator.autoencoder.decoder(self.generator.autoencoder.encoder(film * 2 - 1)[:, :4]))
            back = torch.from_numpy(again)[:, None].float() / 255
            psnr = -10 * (film - back).square().mean((1, 2, 3)).log10()
            values.append(torch.stack([psnr, ssim(back, film), gradient_energy(back) / gradient_energy(film)]))
        table, patients = torch.cat(values, 1).numpy(), self.corpus.table["patient_id"].to_numpy()[rows]
        found = []
        for source in ("all", *np.unique(self.corpus.source[rows])):
            use = np.ones(len(rows), bool) if source == "all" else self.corpus.source[rows] == source
            for name, column, bar in zip(("PSNR", "SSIM", "gradient energy"), table, (31.0, 0.90, 0.60)):
                found.append({"what": name, "group": str(source), "bar": bar, **figure(mean, patients[use], column[use])})
        return found

    def adherence(self, way: Way) -> list[Row]:
        """How well each judge tells made films apart by what their prompts said, beside the real films of the same labels."""
        found = []
        asked = [("normal or pneumonia", "abnormal", "kermany", 0.95), ("bacterial or viral", "bacterial", "kermany", 0.75), ("AP or PA", "pa", "nih", 0.95), ("no finding or pneumonia", "abnormal", "nih", None), ("child or adult", "adult", "all", None)]
        for judge in self.judges:
            made, real = judge.vectors(self.made(way)), judge.vectors(self.corpus.films[self.chosen])
            for name, question, source, bar in asked:
                values, use = self.known(question, self.chosen)
                use = use & self.of(source, self.chosen)
                of_real = auroc(values[use], judge.scores(real, question)[use])
                row = figure(auroc, np.arange(use.sum()), values[use], judge.scores(made, question)[use])
                found.append({"what": name, "group": source, "judge": judge.name, "way": way.name, "bar": bar, **row, "real": round(of_real, 4)})
        return found

    def spread(self, way: Way) -> list[Row]:
        """Fréchet distance, pixel deviation and likeness within a prompt, per dataset."""
        found: list[Row] = []
        made, real = self.made(way), self.corpus.films
        for source in SOURCES:
            use = self.of(source, self.chosen)
            every = self.rows[self.of(source, self.rows)]
            for judge in self.judges:
                distance = frechet_against_halves(judge.vectors(real[every]), judge.vectors(made[use]), judge.vectors(real[self.basis[source]]))
                found.append({"what": "Fréchet distance", "group": source, "judge": judge.name, "way": way.name, "bar": 2.0, **distance, "value": distance["ratio"]})
            shown = real[self.chosen[use]]
            share = pixel_deviation(made[use]) / pixel_deviation(shown)
            found.append({"what": "pixel deviation", "group": source, "way": way.name, "bar": 0.85, "n": int(use.sum()), "value": round(share, 4), "interval": redrawn(lambda rows: pixel_deviation(made[use][rows]) / pixel_deviation(shown[rows]), int(use.sum()))})
            groups = np.array(["|".join(present(self.corpus.attributes[row])) for row in self.chosen[use]])
            alike, alike_real = similarity_within(made[use], groups), similarity_within(shown, groups)
            found.append({
                "what": "MS-SSIM within a prompt", "group": source, "way": way.name, "bar": 0.05, "n": len(alike), "value": round(float(alike.mean()), 4), "interval": redrawn(lambda rows: float(alike[rows].mean()), len(alike)), "real": round(float(alike_real.mean()), 4),
                "difference": round(float(alike.mean() - alike_real.mean()), 4),
            })
        return found

    def memory(self, way: Way) -> tuple[Row, np.ndarray, np.ndarray]:
        """Nearest training films of SAMPLES made ones, and how near real unseen films come; the made films and their neighbours."""
        draws = np.random.default_rng(9)
        at = np.sort(draws.permutation(len(self.chosen))[:SAMPLES])
        train = self.corpus.films[np.flatnonzero(self.corpus.part == "train")]
        made = self.made(way)[at]
        rows, likeness = nearest(made, train)
        unseen = nearest(self.corpus.films[self.chosen[at]], train)[1]
        row = {
            "way": way.name, "n": SAMPLES, "value": round(float(likeness.mean()), 4), "greatest": round(float(likeness.max()), 4),
            "real": round(float(unseen.mean()), 4), "real_greatest": round(float(unseen.max()), 4),
        }
        return row, made, train[rows]


def judge_rows(study: Study) -> list[Row]:
    """How well the judges read the real films of the part: what a made film's figure may be held against."""
    found = []
    patients = study.corpus.table["patient_id"].to_numpy()
    for judge in study.judges:
        vectors = judge.vectors(study.corpus.films[study.rows])
        for question in QUESTIONS:
            for source in SOURCES:
                values, use = study.known(question, study.rows)
                use = use & study.of(source, study.rows)
                if 0 < values[use].sum() < use.sum():
                    found.append({"what": question, "group": source, "judge": judge.name, **figure(auroc, patients[study.rows][use], values[use], judge.scores(vectors, question)[use])})
    return found
