"""The graphs against PyTorch, what halves cost, and the graphs' speed."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..cxr_align.parity import LARGEST_DIFFERENCE, session
from .denoiser_training import token_ids
from .generation import Generator, Way
from .noise import noisy

TEXTS = ["", "chest radiograph, AP view, child, bacterial pneumonia", "chest radiograph, PA view, adult, no finding"]
TIMES = [999, 400, 19]


def examples(generator: Generator, films: np.ndarray, way: Way) -> dict[str, tuple[nn.Module, dict[str, Tensor]]]:
    """Every graph's module with inputs as they occur."""
    torch.manual_seed(0)
    ids, times = token_ids(generator.tokenizer, TEXTS), torch.tensor(TIMES)
    film = torch.from_numpy(films[: len(TEXTS)])[:, None].float() / 127.5 - 1
    with torch.no_grad():
        latents = generator.autoencoder.encoder(film)[:, :4]
        tokens = generator.full.text(ids)
    sample = noisy(latents * generator.scale, torch.randn_like(latents), times)
    return {
        "text_encoder": (generator.full.text, {"input_ids": ids}),
        "unet": (generator.denoiser(way), {"sample": sample, "timestep": times, "encoder_hidden_states": tokens}),
        "vae_encoder": (generator.autoencoder.encoder, {"sample": film}),
        "vae_decoder": (generator.autoencoder.decoder, {"latent_sample": latents}),
    }


@torch.no_grad()
def compare(generator: Generator, trained: Generator, films: np.ndarray, way: Way, out: Path) -> dict[str, dict[str, float]]:
    """Largest absolute differences: graph from PyTorch (raises where too large), rows alone from together, rounded weights from trained ones."""
    found: dict[str, dict[str, float]] = {}
    exact = examples(trained, films, way)
    for name, (module, inputs) in examples(generator, films, way).items():
        graph = session(out / f"{name}.onnx")
        feeds = {key: value.numpy() for key, value in inputs.items()}
        together = graph.run(None, feeds)[0]
        alone = np.concatenate([graph.run(None, {key: value[at : at + 1] for key, value in feeds.items()})[0] for at in range(len(TEXTS))])
        framework = module(*inputs.values()).numpy()
        full = exact[name][0](*inputs.values()).numpy()
        found[name] = {"graph": apart(together, framework), "alone": apart(together, alone), "half_weights": apart(framework, full)}
        if not found[name]["graph"] < LARGEST_DIFFERENCE:
            raise ValueError(f"{name}: the graph differs from PyTorch by {found[name]['graph']}")
    return found


def apart(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first - second).max())


def milliseconds(generator: Generator, films: np.ndarray, way: Way, out: Path) -> dict[str, float]:
    """Median times of one row on one thread."""
    found = {}
    for name, (_, inputs) in examples(generator, films, way).items():
        graph, feeds = session(out / f"{name}.onnx"), {key: value[:1].numpy() for key, value in inputs.items()}
        times = []
        for _ in range(15):
            begin = time.perf_counter()
            graph.run(None, feeds)
            times.append(time.perf_counter() - begin)
        found[name] = round(1000 * float(np.median(times)), 1)
    return found
