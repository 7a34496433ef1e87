"""The graphs against PyTorch, from the films' bytes on, and their speed."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch.nn import functional as F

from .model import encode_texts
from .reading import Reader
from .similarity import Prototypes, word_mask
from .tokenizer import MAX_LENGTH

LARGEST_DIFFERENCE = 1e-4


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def apart(graph: list[np.ndarray], framework: tuple[torch.Tensor, ...]) -> float:
    return max(float(np.abs(a - b.numpy()).max()) for a, b in zip(graph, framework, strict=True))


def directions(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


@torch.no_grad()
def compare(reader: Reader, centres: torch.Tensor, films: np.ndarray, texts: list[str], out: Path) -> dict[str, float]:
    """Largest absolute difference of each graph from PyTorch; raises where one is too large."""
    model = reader.model
    pixels = films[:, None]
    vectors, cells = model.image(torch.from_numpy(pixels))
    graph_vectors, graph_cells = session(out / "image.onnx").run(None, {"pixels": pixels})
    # Only the direction of a cell is ever used, and its length is not bounded, so directions are compared.
    found = {"image": apart([graph_vectors, directions(graph_cells)], (vectors, F.normalize(cells, dim=-1)))}
    ids, mask = encode_texts(reader.tokenizer, texts)
    long_ids, long_mask = encode_texts(reader.tokenizer, texts, MAX_LENGTH)
    said, tokens = model.text(ids, mask)
    text = session(out / "text.onnx")
    whole, padded = text.run(None, {"input_ids": long_ids.numpy(), "attention_mask": long_mask.numpy()})
    there = mask.bool().numpy()
    found["text"] = max(float(np.abs(whole - said.numpy()).max()), float(np.abs(padded[:, : ids.shape[1]] - tokens.numpy())[there].max()))
    words = word_mask(ids)
    feeds = {"cells": cells.numpy(), "words": tokens.numpy(), "word_mask": words.numpy()}
    similarity = session(out / "similarity.onnx")
    found["similarity"] = apart(similarity.run(None, feeds), model.local(cells, tokens, words))
    single = {"cells": cells[:1].numpy(), "words": tokens[:1].numpy(), "word_mask": words[:1].numpy()}
    found["similarity, one by one"] = apart(similarity.run(None, single), model.local(cells[:1], tokens[:1], words[:1]))
    found["prototypes"] = apart(session(out / "prototypes.onnx").run(None, {"global": vectors.numpy()}), (Prototypes(centres)(vectors),))
    for name, difference in found.items():
        if not difference < LARGEST_DIFFERENCE:
            raise ValueError(f"{name} graph differs from PyTorch by {difference}")
    return found


def milliseconds(path: Path, runs: int = 60) -> float:
    """Median time of one film through the image graph on one thread."""
    graph, pixels = session(path), np.random.default_rng(0).integers(0, 255, (1, 1, 160, 160), np.uint8)
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        graph.run(None, {"pixels": pixels})
        times.append(time.perf_counter() - begin)
    return round(1000 * float(np.median(times)), 2)
