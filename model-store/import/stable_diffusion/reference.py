"""What diffusers' own pipeline gives for a folder: what the service is compared with. None of this statement's networks is used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import StableDiffusionPipeline

from .generation import Asked

TIMESTEPS = [981.0, 501.0]


def open_pipeline(checkpoint: Path) -> StableDiffusionPipeline:
    pipeline = StableDiffusionPipeline.from_pretrained(checkpoint, torch_dtype=torch.float32, safety_checker=None, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def picture(pipeline: StableDiffusionPipeline, asked: Asked) -> np.ndarray:
    """float32[height, width, 3] between 0 and 1, not rounded."""
    width, height = asked.size
    made = pipeline(
        asked.prompt, width=width, height=height, num_inference_steps=asked.steps, guidance_scale=asked.guidance,
        generator=torch.Generator().manual_seed(asked.seed), output_type="np",
    )
    return np.ascontiguousarray(made.images[0], dtype=np.float32)


@torch.no_grad()
def parts(pipeline: StableDiffusionPipeline, prompt: str, latent_sides: tuple[int, int], seed: int) -> dict[str, np.ndarray]:
    """What goes into each network, drawn from a seed, and what it gives."""
    ids = pipeline.tokenizer(["", prompt], padding="max_length", truncation=True, return_tensors="pt").input_ids
    generator = torch.Generator().manual_seed(seed)
    sample = torch.randn(2, pipeline.unet.config.in_channels, *latent_sides, generator=generator)
    tokens = pipeline.text_encoder(ids).last_hidden_state
    noise = pipeline.unet(sample, torch.tensor(TIMESTEPS), tokens).sample
    latents = sample[:1, : pipeline.vae.config.latent_channels]
    image = pipeline.vae.decode(latents).sample
    moments = pipeline.vae.encode(image.clamp(-1, 1)).latent_dist.parameters
    made = {"sample": sample, "tokens": tokens, "prediction": noise, "latents": latents, "image": image, "moments": moments}
    return {"ids": ids.numpy(), **{name: np.ascontiguousarray(value.numpy()) for name, value in made.items()}}


def write_expected(folder: Path, checkpoint: Path, pictures: Sequence[Asked], latent_sides: tuple[int, int]) -> None:
    """`cases.json` and NumPy files, from the checkpoint alone and by diffusers alone."""
    folder.mkdir(exist_ok=True)
    pipeline = open_pipeline(checkpoint)
    cases: dict[str, Any] = {"timesteps": TIMESTEPS, "pictures": []}
    for name, values in parts(pipeline, pictures[0].prompt, latent_sides, seed=3).items():
        if name == "ids":
            cases["ids"] = values.tolist()
        else:
            np.save(folder / f"{name}.npy", values)
    for at, asked in enumerate(pictures):
        image = picture(pipeline, asked)
        np.save(folder / f"picture-{at}.npy", image)
        cases["pictures"].append({**asdict(asked), "expected": f"picture-{at}.npy", "deviation": float(image.std() * 255)})
        print(f"{asked}: levels {image.min() * 255:.1f} to {image.max() * 255:.1f}, deviation {image.std() * 255:.1f}", flush=True)
    (folder / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")
