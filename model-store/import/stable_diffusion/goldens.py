"""What PyTorch gives for prompts: the pack's goldens, which run whenever it is loaded, so they are few and small."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from .generation import Asked, gray_levels, ids_of, tokens_of
from .manifest import Settings, sizes
from .model import Model

TEXT_TOLERANCE, LEVEL_TOLERANCE = 1e-3, 0.5
STEPS, SEED = 2, 7
SHOWN = 8
PLACES = [(0.1, 0.1), (0.5, 0.5), (0.25, 0.7), (0.8, 0.3), (0.95, 0.95)]
"""Of the samples, as shares of width and height."""


def goldens(model: Model, settings: Settings) -> list[dict[str, Any]]:
    texts = [_text(model, text) for text in ("", settings.kind.golden)]
    # A denoiser that takes a mask makes nothing without a film.
    return texts if model.is_inpainting else [*texts, _picture(model, settings)]


def _text(model: Model, text: str) -> dict[str, Any]:
    states = tokens_of(model, [text])[0]
    return {
        "kind": "text", "text": text, "ids": ids_of(model, text), "first": _rounded(states[0, :SHOWN]), "last": _rounded(states[-1, :SHOWN]),
        "tolerance": TEXT_TOLERANCE,
    }


def _picture(model: Model, settings: Settings) -> dict[str, Any]:
    width, height = sizes(model)["min"]
    asked = Asked(settings.kind.golden, (width, height), STEPS, settings.guidance, SEED)
    levels = gray_levels(model, asked)
    places = [(int(across * width), int(down * height)) for across, down in PLACES]
    return {
        "kind": "generation", "prompt": asked.prompt, "size": [width, height], "steps": STEPS, "guidance_scale": settings.guidance,
        "seed": SEED, "mean": round(float(levels.mean()), 3),
        "samples": [[x, y, round(float(levels[y, x]), 3)] for x, y in places], "tolerance": LEVEL_TOLERANCE,
    }


def _rounded(values: Tensor) -> list[float]:
    return [round(float(value), 6) for value in values]
