"""The four trainings of the pack in their order, each going on from where it was stopped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer

from ..corpus.films import read_films
from ..corpus.manifest import read_manifest
from ..cxr_align.attributes import INDEX, YES, attribute_table
from ..cxr_align.tokenizer import read_tokenizer, train_tokenizer
from .autoencoder import Autoencoder
from .autoencoder_training import train_autoencoder
from .classifier import Classifier, train_classifier
from .denoiser_training import Examples, Prompted, train_denoiser
from .even_latents import channel_spread, with_even_latents
from .few_steps import distil
from .film_features import FilmFeatures
from .generation import Generator
from .latents import Latents, read_latents
from .prompts import vocabulary_texts
from .threads import Threads
from .training_run import Plan

SIZE = 192
AUTOENCODER_WEIGHTS = {"nih": 2.5, "kermany": 1.0, "hannover": 1.5, "cohen": 1.0}
# A film's chance by dataset, and what it is multiplied with for being of a rarer kind within it.
WEIGHTS = {"kermany": 1.0, "nih": 3.0}
RARER = {"normal": 1.5, "viral": 1.6, "pa": 1.3}
# Chosen on validation by cxr-align, out of 1.5 and 0, 2 and 0, 3 and 0.5.
GUIDANCE, RESCALE = 3.0, 0.5
# Distillation is not part of the pack as shipped: ask for steps to try it.
PLANS = {
    "autoencoder": Plan("autoencoder", 1500, 2e-3, 0.99, seed=1_000_000),
    "denoiser": Plan("denoiser", 4000, 8e-4, 0.998, seed=2_000_000),
    "few_steps": Plan("few-steps", 0, 3e-4, 0.98, seed=3_000_000, warm_up=20, fall=0.5),
    "classifier": Plan("classifier", 250, 2e-3, 0.98, seed=4_000_000, weight_decay=0.05, warm_up=30, fall=0.7),
}


@dataclass
class Corpus:
    """Films with what is known of them."""

    table: pd.DataFrame
    films: np.ndarray
    attributes: np.ndarray
    tokenizer: Tokenizer

    @property
    def part(self) -> np.ndarray:
        return self.table["part"].to_numpy()

    @property
    def source(self) -> np.ndarray:
        return self.table["source"].to_numpy()

    def prompted(self, part: str) -> np.ndarray:
        """Rows of a part's films that prompts are made for: Guangzhou's children and NIH's adults.

        COVID-19 (broken in the trial), NIH's few children and the few films of other sources have none.
        """
        grown = (self.source == "nih") & (self.attributes[:, INDEX["adult"]] == YES)
        return np.flatnonzero((self.part == part) & (grown | (self.source == "kermany")))

    def chances(self, rows: np.ndarray) -> np.ndarray:
        """How often each of these films is drawn; sums to 1."""
        chances = np.array([WEIGHTS[name] for name in self.source[rows]])
        for name, factor in RARER.items():
            chances = chances * np.where(self.attributes[rows, INDEX[name]] == YES, factor, 1.0)
        return chances / chances.sum()

    def examples(self, latents: Latents, part: str) -> Examples:
        rows = self.prompted(part)
        return Examples(latents, rows, self.chances(rows), self.attributes, self.tokenizer)


def read_corpus(data: Path, work: Path) -> Corpus:
    table = read_manifest(data)
    pieces = work / "tokenizer.json"
    if not pieces.exists():
        train_tokenizer(vocabulary_texts()).save(str(pieces))
    return Corpus(table, read_films(data, table, work, SIZE), attribute_table(table), read_tokenizer(pieces))


@dataclass
class Stages:
    """What a run was asked for. `steps` holds other numbers of steps by the plan's name; 0 keeps a stage as it stands."""

    corpus: Corpus
    work: Path
    align: Path
    threads: Threads
    steps: dict[str, int]

    def plan(self, name: str) -> Plan:
        return replace(PLANS[name], steps=self.steps.get(name, PLANS[name].steps))

    def autoencoder(self) -> Autoencoder:
        films, part = self.corpus.films, self.corpus.part
        use = np.flatnonzero(part == "train")
        chances = self.corpus.table["source"].map(AUTOENCODER_WEIGHTS).to_numpy(float)[use]
        features = FilmFeatures(self.align).to(memory_format=torch.channels_last)
        held = films[np.flatnonzero(part == "validation")[::6]]
        model = train_autoencoder(films[use], chances / chances.sum(), held, self.plan("autoencoder"), self.work, features, self.threads)
        return with_even_latents(model, channel_spread(model, films[use[::8]], self.work))

    def denoiser(self, latents: Latents) -> Prompted:
        pieces = self.corpus.tokenizer.get_vocab_size()
        train, held = (self.corpus.examples(latents, part) for part in ("train", "validation"))
        return train_denoiser(train, held, pieces, self.plan("denoiser"), self.work, self.threads)

    def few_steps(self, latents: Latents, teacher: Prompted) -> Prompted:
        """The distilled model; the teacher itself where distillation was not asked for and never begun."""
        if self.plan("few_steps").steps == 0 and not (self.work / f"{PLANS['few_steps'].name}.pt").exists():
            return teacher
        return distil(teacher, self.corpus.examples(latents, "train"), GUIDANCE, RESCALE, self.plan("few_steps"), self.work, self.threads)

    def classifier(self) -> Classifier:
        rows = self.corpus.prompted("train")
        return train_classifier(self.corpus.films[rows], self.corpus.attributes[rows], self.corpus.chances(rows), self.plan("classifier"), self.work, self.threads)

    def all(self) -> tuple[Generator, Classifier]:
        autoencoder = self.autoencoder()
        rows = np.concatenate([self.corpus.prompted(part) for part in ("train", "validation")])
        latents = read_latents(autoencoder, self.corpus.films, rows, self.work)
        print(f"scale {latents.scale}", flush=True)
        full = self.denoiser(latents)
        few = self.few_steps(latents, full)
        return Generator(autoencoder, full, few, self.corpus.tokenizer, latents.scale), self.classifier()
