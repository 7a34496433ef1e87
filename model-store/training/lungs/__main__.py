"""`python -m training.lungs --data PATH --work PATH`: train the segmenter, predict lungs for every film."""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ..corpus.films import SIZE, read_films, read_true_masks
from ..corpus.manifest import read_manifest
from ..halves import check_halves, halves
from .augment import distort
from .network import LungNet, overlap_loss

WORK_SIZE = 128
BATCH = 24


def small(images: np.ndarray) -> torch.Tensor:
    """uint8 [n,c,SIZE,SIZE] to float 0..1 at the segmenter's size."""
    return F.interpolate(torch.from_numpy(images).float() / 255, size=(WORK_SIZE, WORK_SIZE), mode="area")


def train(films: np.ndarray, masks: np.ndarray, weights: np.ndarray, minutes: float) -> LungNet:
    """Fit on drawn masks for a given time and return the averaged weights' network."""
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    draws = np.random.default_rng(0)
    network = LungNet().to(memory_format=torch.channels_last)
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99), use_buffers=True
    )
    optimizer = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=1e-2)
    inputs, targets = small(films[:, None]), small(masks)
    check_halves(network, (nn.Conv2d,), lambda: network(inputs[:BATCH]))
    start, step = time.monotonic(), 0
    while (share := (time.monotonic() - start) / (60 * minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 30) * (0.5 + 0.5 * math.cos(math.pi * share)) + 1e-6
        rows = torch.from_numpy(draws.choice(len(inputs), BATCH, p=weights))
        film, mask = distort(inputs[rows], targets[rows], generator)
        with halves():
            logits = network(film.contiguous(memory_format=torch.channels_last))
        loss = overlap_loss(logits, mask)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        average.update_parameters(network)
        step += 1
        if step % 50 == 0:
            print(f"lungs step {step} {share:.0%} loss {loss.item():.3f}", flush=True)
    return average.module.eval()


@torch.no_grad()
def predict(network: LungNet, films: np.ndarray) -> np.ndarray:
    """uint8 [n,2,SIZE,SIZE]: 255 times the chance of the patient's right and left lung."""
    found = np.empty((len(films), 2, SIZE, SIZE), np.uint8)
    for start in range(0, len(films), 64):
        chance = network(small(films[start : start + 64, None])).sigmoid()
        large = F.interpolate(chance, size=(SIZE, SIZE), mode="bilinear", align_corners=False)
        found[start : start + 64] = (large * 255).round().byte().numpy()
    return found


def dice(found: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Dice per film of both lungs together."""
    a, b = (found.max(1) > 127), (drawn.max(1) > 127)
    return 2 * (a & b).sum((1, 2)) / (a.sum((1, 2)) + b.sum((1, 2)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    make_lungs(options.data, options.work, options.minutes, options.threads)


def make_lungs(data: Path, work: Path, minutes: float, threads: int) -> np.ndarray:
    """Predicted masks of every film, trained for and stored at the first call."""
    stored = work / f"lungs-{SIZE}.npy"
    if stored.exists():
        return np.load(stored)
    torch.set_num_threads(threads)
    table = read_manifest(data)
    films = read_films(data, table, work)
    rows, masks = read_true_masks(data, table, work)
    parts, sources = table["part"].to_numpy()[rows], table["source"].to_numpy()[rows]
    use = parts == "train"
    weights = np.where(sources[use] == "kermany", 1.0, 8.0)
    network = train(films[rows[use]], masks[use], weights / weights.sum(), minutes)
    torch.save(network.state_dict(), work / "lungs.pt")
    found = predict(network, films)
    for source in sorted(set(sources)):
        held = (parts == "validation") & (sources == source)
        if held.any():
            print(f"lungs validation {source} n={held.sum()} Dice {dice(found[rows[held]], masks[held]).mean():.3f}")
    np.save(stored, found)
    return found


if __name__ == "__main__":
    main()
