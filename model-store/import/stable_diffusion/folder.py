"""Where the parts of a diffusers folder lie: the plain layout, and RoentGen v2's with text encoder and tokenizer in one folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .config import ConfigError, read_json

PIPELINES = (
    "StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline", "StableDiffusionInpaintPipeline", "StableDiffusionInpaintPipelineLegacy",
)
JOINT = "text_encoder_and_tokenizer"
MARKS = {
    "unet": ["config.json"], "vae": ["config.json"], "scheduler": ["scheduler_config.json"], "text_encoder": ["config.json"],
    "tokenizer": ["vocab.json", "tokenizer.json"],
}
"""A part is there where one of these files of its is."""
LEFT_OUT = {
    "safety_checker": "it judges photographs; no part of the picture",
    "feature_extractor": "prepares pictures for the safety checker",
    "image_encoder": "reads pictures as prompts, which these pipelines do only with an adapter",
}


@dataclass(frozen=True)
class Parts:
    unet: Path
    vae: Path
    scheduler: Path
    text_encoder: Path
    tokenizer: Path
    left_out: tuple[str, ...]
    """Of the checkpoint's own sub-folders, each with the reason."""


def find_parts(checkpoint: Path, base: Path | None = None) -> Parts:
    """What the checkpoint lacks is taken from `base`. Throws `ConfigError`, also for another pipeline's folder."""
    for folder in [checkpoint, *([base] if base else [])]:
        _check_layout(folder)
    found = {}
    for part in MARKS:
        places = [folder / name for folder in [checkpoint, base] if folder is not None for name in _names(part)]
        found[part] = next((place for place in places if _is_there(part, place)), None)
    missing = [f"{part}/{' or '.join(MARKS[part])}" for part, place in found.items() if place is None]
    if missing:
        advice = "" if base else " What was not fine-tuned can be taken from another folder: --base."
        raise ConfigError(f"{checkpoint.name} lacks {', '.join(missing)}.{advice}")
    used = {place.name for place in found.values()}
    others = sorted(path.name for path in checkpoint.iterdir() if path.is_dir() and not path.name.startswith(".") and path.name not in used)
    left_out = tuple(f"{name} ({LEFT_OUT.get(name, 'no part of a Stable Diffusion pipeline')})" for name in others)
    return Parts(**found, left_out=left_out)


def _names(part: str) -> list[str]:
    """RoentGen v2's own script reads its text encoder and tokenizer from the joint folder, whatever else is there."""
    return [JOINT, part] if part in ("text_encoder", "tokenizer") else [part]


def _is_there(part: str, place: Path) -> bool:
    return any((place / mark).is_file() for mark in MARKS[part])


def _check_layout(folder: Path) -> None:
    if folder.is_file():
        raise ConfigError(
            f"{folder.name} is a file. What is imported is a folder in diffusers' layout (unet/, vae/, text_encoder/ …); a single file "
            "of the original layout becomes one with diffusers' own StableDiffusionPipeline.from_single_file(…).save_pretrained(…)."
        )
    if not folder.is_dir():
        raise ConfigError(f"There is no folder {folder.name}.")
    index = folder / "model_index.json"
    if index.is_file():
        pipeline = read_json(index).get("_class_name")
        if pipeline not in PIPELINES:
            raise ConfigError(f"{folder.name} is a {pipeline}; imported are {', '.join(PIPELINES)}.")


def digest(files: Sequence[Path]) -> str:
    """sha256 over the digests of the files that were read and the names of their folders and their own, in order of name."""
    whole = hashlib.sha256()
    for path in sorted(set(files), key=lambda file: (file.parent.name, file.name)):
        with path.open("rb") as content:
            whole.update(f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {path.parent.name}/{path.name}\n".encode())
    return whole.hexdigest()
