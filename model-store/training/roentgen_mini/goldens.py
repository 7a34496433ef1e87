"""Inputs of the pack and what PyTorch gives for them, for whoever loads the pack to compare with."""

from __future__ import annotations

import torch

from .denoiser_training import token_ids
from .generation import Generator, Way
from .parity import TEXTS

SAMPLES = [(60, 40), (96, 96), (40, 110), (150, 110), (96, 170), (20, 20)]
TEXT_TOLERANCE, GREY_TOLERANCE = 1e-3, 0.5
SEED = 7


@torch.no_grad()
def make_goldens(generator: Generator, way: Way) -> list[dict[str, object]]:
    """The manifest's section: prompts as ids and vectors, and two images in grey levels."""
    sections: list[dict[str, object]] = []
    ids = token_ids(generator.tokenizer, TEXTS)
    for text, row, tokens in zip(TEXTS, ids, generator.full.text(ids)):
        first, last = ([round(float(value), 6) for value in tokens[at, :8]] for at in (0, -1))
        sections.append({"kind": "text", "text": text, "ids": row.tolist(), "first": first, "last": last, "tolerance": TEXT_TOLERANCE})
    for text in TEXTS[1:]:
        latents = generator.latents([text], way, SEED)
        grey = ((generator.autoencoder.decoder(latents / generator.scale)[0, 0] / 2 + 0.5).clamp(0, 1) * 255).double()
        sections.append({
            "kind": "generation", "prompt": text, "size": [grey.shape[1], grey.shape[0]], "steps": way.steps, "guidance_scale": way.guidance, "guidance_rescale": way.rescale, "seed": SEED,
            "mean": round(float(grey.mean()), 4), "samples": [[x, y, round(float(grey[y, x]), 3)] for x, y in SAMPLES], "tolerance": GREY_TOLERANCE,
        })
    return sections
