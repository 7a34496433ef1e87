"""Who says what a generated film shows: cxr-align by its prompts, and a classifier trained apart."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer

from ..cxr_align.parity import session
from ..cxr_align.prompts import FROZEN
from ..cxr_align.tokenizer import MAX_LENGTH
from .classifier import QUESTIONS, Classifier

SIDE = 160
OPPOSITES = {"abnormal": ("pneumonia", "normal"), "bacterial": ("bacterial", "viral"), "pa": ("pa", "ap"), "adult": ("adult", "child")}


class Judge(Protocol):
    name: str

    def vectors(self, films: np.ndarray) -> np.ndarray:
        """uint8 [n,h,w] to float32 [n, size]."""

    def scores(self, vectors: np.ndarray, question: str) -> np.ndarray:
        """[n]; more means yes."""


class AlignJudge:
    """The pack cxr-align, through its graphs."""

    name = "cxr-align"

    def __init__(self, pack: Path) -> None:
        self.image, self.text = session(pack / "image.onnx"), session(pack / "text.onnx")
        self.tokenizer = Tokenizer.from_file(str(pack / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_LENGTH)

    def vectors(self, films: np.ndarray) -> np.ndarray:
        small = np.stack([np.asarray(Image.fromarray(film).resize((SIDE, SIDE), Image.Resampling.BILINEAR)) for film in films])[:, None]
        return np.concatenate([self.image.run(["global"], {"pixels": small[at : at + 32]})[0] for at in range(0, len(small), 32)])

    def said(self, name: str) -> np.ndarray:
        """The mean vector of the frozen prompts about something."""
        found = []
        for text in FROZEN[name]:
            ids = np.array([self.tokenizer.encode(text).ids], np.int64)
            found.append(self.text.run(["global"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0])
        return np.mean(found, 0)

    def scores(self, vectors: np.ndarray, question: str) -> np.ndarray:
        yes, no = OPPOSITES[question]
        return vectors @ (self.said(yes) - self.said(no))


class ClassifierJudge:
    """The small classifier."""

    name = "classifier trained apart"

    def __init__(self, model: Classifier) -> None:
        self.model = model.eval()

    @torch.no_grad()
    def vectors(self, films: np.ndarray) -> np.ndarray:
        return np.concatenate([self.model.features(torch.from_numpy(films[at : at + 64])[:, None].float()).numpy() for at in range(0, len(films), 64)])

    @torch.no_grad()
    def scores(self, vectors: np.ndarray, question: str) -> np.ndarray:
        return self.model.heads(torch.from_numpy(vectors))[:, QUESTIONS.index(question)].numpy()
