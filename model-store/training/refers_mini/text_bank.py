"""Sentences about the training films with the frozen text encoder's vectors, made once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer
from torch import Tensor

from ..cxr_align.attributes import ATTRIBUTES, FINDINGS, INDEX, YES
from ..cxr_align.model import encode_texts
from ..cxr_align.parity import session
from ..cxr_align.sentences import Sentence, claim_matrices, sentence
from ..cxr_align.tokenizer import MAX_LENGTH, read_tokenizer

SENTENCES = 6


@dataclass
class TextBank:
    """For each film SENTENCES composed sentences and its report: `vectors` [films, SENTENCES + 1, 256], claims [films, SENTENCES + 1, attributes]."""

    vectors: np.ndarray
    claimed: np.ndarray
    denied: np.ndarray

    def draw(self, rows: np.ndarray, draws: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        which = draws.integers(SENTENCES + 1, size=len(rows))
        return tuple(torch.from_numpy(part[rows, which]).float() for part in (self.vectors, self.claimed, self.denied))


def text_vectors(encoder: onnxruntime.InferenceSession, tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    """float32 [texts, 256], unit vectors."""
    found = []
    for at in range(0, len(texts), 64):
        ids, mask = encode_texts(tokenizer, texts[at : at + 64], MAX_LENGTH)
        found.append(encoder.run(["global"], {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0])
    return np.concatenate(found)


def own_report(text: str, values: np.ndarray) -> Sentence:
    """A film's report and what it claims: its findings and its view."""
    claims = [name for name in (*FINDINGS, "ap", "pa") if name != "abnormal" and values[INDEX[name]] == YES]
    return Sentence(text, tuple(claims))


def make_bank(values: np.ndarray, reports: np.ndarray, align: Path, work: Path) -> TextBank:
    path = work / "texts.npz"
    if not path.exists():
        draws = np.random.default_rng(5)
        every = [item for own, text in zip(values, reports) for item in (*(sentence(own, draws) for _ in range(SENTENCES)), own_report(str(text), own))]
        texts = sorted({item.text for item in every})
        print(f"{len(texts)} texts for the study vectors", flush=True)
        vectors = text_vectors(session(align / "text.onnx"), read_tokenizer(align / "tokenizer.json"), texts)
        at = {text: row for row, text in enumerate(texts)}
        claimed, denied = claim_matrices(every)
        shape = (len(values), SENTENCES + 1, len(ATTRIBUTES))
        np.savez(
            path, vectors=vectors[[at[item.text] for item in every]].astype(np.float16).reshape(len(values), SENTENCES + 1, -1),
            claimed=claimed.astype(bool).reshape(shape), denied=denied.astype(bool).reshape(shape),
        )
    with np.load(path) as stored:
        return TextBank(stored["vectors"], stored["claimed"], stored["denied"])
