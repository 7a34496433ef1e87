"""`model.json` of an imported Stable Diffusion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from importing.identity import Identity, head

from .kinds import Kind
from .model import Model

LEAST_SHARE, MOST_SHARE = 0.5, 1.5
"""Of the size that the U-Net was trained with: beyond, pictures fall apart or repeat themselves."""
LIMITS = {"steps": 200, "images": 4, "guidance_scale": 20}


@dataclass(frozen=True)
class Settings:
    kind: Kind
    steps: int
    guidance: float
    color: str


def sizes(model: Model) -> dict[str, Any]:
    side, multiple = model.side, model.multiple
    least = max(multiple, int(side * LEAST_SHARE) // multiple * multiple)
    most = max(side, int(side * MOST_SHARE) // multiple * multiple)
    return {"default": [side, side], "min": [least, least], "max": [most, most], "multiple": multiple}


def manifest(
    identity: Identity, settings: Settings, model: Model, components: dict[str, Any], files: list[dict[str, Any]], goldens: list[dict[str, Any]]
) -> dict[str, Any]:
    tasks = ["edits"] if model.is_inpainting else ["generations", "edits"]
    plan, train_steps = model.autoencoder.plan, model.sampling.train_steps
    whole = head(identity, "diffusion", tasks, settings.kind.citation)
    whole["licence"] |= {
        "code": "Apache-2.0 (networks restated by radserve's importer, with the names of diffusers' weights)",
        "data": settings.kind.data,
    }
    return {
        **whole,
        "components": components,
        "files": files,
        "text": {
            "clean": "raw", "tokenizer": "tokenizer.json", "lowercase": True, "max_length": model.text.plan.positions, "padding": "fixed",
            "truncation": "right", "pad_id": model.words.pad_id,
        },
        "diffusion": {
            "prediction": model.sampling.prediction, "train_steps": train_steps, "betas": model.sampling.betas,
            "scheduler": model.sampling.scheduler,
            "latents": {"channels": plan.latent_channels, "factor": plan.factor, "scale": plan.scale},
            "image": {"channels": plan.image_channels, "color": settings.color},
            "sizes": sizes(model),
            "defaults": {"steps": settings.steps, "guidance_scale": settings.guidance},
            "limits": {**LIMITS, "steps": min(LIMITS["steps"], train_steps)},
            "prompt": settings.kind.prompt,
            "inpainting": "concat" if model.is_inpainting else "blend",
        },
        "goldens": goldens,
    }
