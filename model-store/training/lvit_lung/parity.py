"""The graphs against PyTorch, from the films' bytes on, and their speed."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from ..cxr_align.parity import LARGEST_DIFFERENCE, apart, session
from .export import LEVELS
from .model import padded
from .reading import Reader
from .tokenizer import MAX_WORDS, encode


def feeds(levels: tuple[np.ndarray, ...], words: np.ndarray) -> dict[str, np.ndarray]:
    return {**dict(zip(LEVELS, levels)), "words": words}


@torch.no_grad()
def compare(reader: Reader, films: np.ndarray, texts: list[str], out: Path) -> dict[str, float]:
    """Largest absolute difference of each graph from PyTorch; as many texts as films. Raises where one is too large."""
    model, pixels = reader.model, films[:, None]
    levels = model.image(torch.from_numpy(pixels))
    graph_levels = session(out / "image.onnx").run(None, {"pixels": pixels})
    # Features are not bounded: their differences count against the largest of them.
    largest = max(1.0, *(level.abs().max().item() for level in levels))
    found = {"image, of the largest feature": apart(graph_levels, levels) / largest}
    ids, mask = encode(reader.tokenizer, texts)
    words = model.text(ids, mask)
    long_ids, long_mask = encode(reader.tokenizer, texts, MAX_WORDS)
    text = session(out / "text.onnx")
    graph_words = text.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
    found["text"] = apart(graph_words, (words,))
    found["text, padded"] = apart(text.run(None, {"input_ids": long_ids.numpy(), "attention_mask": long_mask.numpy()}), (padded(words),))
    found["text, one word"] = apart(text.run(None, {"input_ids": ids[:1, :1].numpy(), "attention_mask": mask[:1, :1].numpy()}), (model.text(ids[:1, :1], mask[:1, :1]),))
    framework = model.segmenter(levels, padded(words)).sigmoid()
    segmenter = session(out / "segmenter.onnx")
    spaced = np.zeros((len(texts), MAX_WORDS, words.shape[2]), np.float32)
    spaced[:, : words.shape[1]] = graph_words[0]
    together = segmenter.run(None, feeds(graph_levels, spaced))
    found["probabilities, from the film's bytes"] = apart(together, (framework,))
    alone = [segmenter.run(None, feeds(tuple(level[at : at + 1] for level in graph_levels), spaced[at : at + 1]))[0] for at in range(len(texts))]
    found["probabilities, one by one"] = apart([np.concatenate(alone)], (framework,))
    for name, difference in found.items():
        if not difference < LARGEST_DIFFERENCE:
            raise ValueError(f"{name}: the graph differs from PyTorch by {difference}")
    return found


def milliseconds(out: Path) -> dict[str, float]:
    """Median times on one thread of one film, of one text, of one mask, and of a mask among eight."""
    random = np.random.default_rng(0)
    image, text, segmenter = (session(out / f"{name}.onnx") for name in ("image", "text", "segmenter"))
    pixels = {"pixels": random.integers(0, 255, (1, 1, 160, 160), np.uint8)}
    ids = random.integers(2, 100, (1, 8))
    said = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    one = feeds(tuple(image.run(None, pixels)), np.pad(text.run(None, said)[0], ((0, 0), (0, MAX_WORDS - 8), (0, 0))))
    eight = {name: np.repeat(value, 8, 0) for name, value in one.items()}
    return {
        "image": median(image, pixels), "text": median(text, said), "mask": median(segmenter, one), "mask among eight": round(median(segmenter, eight) / 8, 2),
    }


def median(graph: onnxruntime.InferenceSession, values: dict[str, np.ndarray], runs: int = 25) -> float:
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        graph.run(None, values)
        times.append(time.perf_counter() - begin)
    return round(1000 * float(np.median(times)), 2)
