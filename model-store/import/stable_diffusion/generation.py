"""One picture by PyTorch: this statement's networks and diffusers' own sampler. What goldens and proofs compare with."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import torch
from torch import Tensor

from .model import Model


@dataclass(frozen=True)
class Asked:
    prompt: str
    size: tuple[int, int]
    """Width, height in pixels."""
    steps: int
    guidance: float
    seed: int


def ids_of(model: Model, text: str) -> list[int]:
    """Padded and cut to the positions of the text encoder."""
    length = model.text.plan.positions
    tokenizer = model.words.tokenizer
    tokenizer.enable_truncation(length)
    ids = tokenizer.encode(text).ids
    tokenizer.no_truncation()
    return [*ids, *([model.words.pad_id] * (length - len(ids)))]


@torch.no_grad()
def tokens_of(model: Model, texts: list[str]) -> Tensor:
    """float[texts, length, width]."""
    return model.text(torch.tensor([ids_of(model, text) for text in texts]))


@torch.no_grad()
def gray_levels(model: Model, asked: Asked) -> Tensor:
    """float[height, width] between 0 and 255, not rounded: the mean of the channels. Noise is torch's on the CPU."""
    factor, (width, height) = model.autoencoder.plan.factor, asked.size
    generator = torch.Generator().manual_seed(asked.seed)
    sampler = model.sampling.sampler()
    sampler.set_timesteps(asked.steps)
    shape = (1, model.denoiser.plan.out_channels, height // factor, width // factor)
    latents = torch.randn(shape, generator=generator) * sampler.init_noise_sigma
    texts = ["", asked.prompt] if asked.guidance > 1 else [asked.prompt]
    tokens = tokens_of(model, texts)
    # As the pipelines do it: those samplers that draw noise take the generator.
    drawn = {"generator": generator} if "generator" in inspect.signature(sampler.step).parameters else {}
    for timestep in sampler.timesteps:
        sample = sampler.scale_model_input(latents, timestep).repeat(len(texts), 1, 1, 1)
        rows = model.denoiser(sample, timestep.float().repeat(len(texts)), tokens).chunk(len(texts))
        prediction = rows[0] if len(rows) == 1 else rows[0] + asked.guidance * (rows[1] - rows[0])
        latents = sampler.step(prediction, timestep, latents, return_dict=False, **drawn)[0]
    image = model.autoencoder.decode(latents / model.autoencoder.plan.scale)[0]
    return (image / 2 + 0.5).clamp(0, 1).mul(255).mean(0)
