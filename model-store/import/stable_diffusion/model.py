"""A checkpoint's parts, loaded: what everything else is made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from . import keys
from .autoencoder import Autoencoder
from .config import ConfigError, read_json
from .denoiser import Denoiser
from .folder import digest, find_parts
from .kinds import Kind
from .plans import autoencoder_plan, check_together, denoiser_plan, text_plan
from .sampling import Sampling, read_sampling
from .text_tower import TextTower
from .weights import fill
from .words import Words, read_words


@dataclass
class Model:
    text: TextTower
    denoiser: Denoiser
    autoencoder: Autoencoder
    sampling: Sampling
    words: Words
    digest: str
    """sha256 over every file that was read."""
    left_out: tuple[str, ...]
    """Folders and keys, each with the reason."""
    dtypes: tuple[str, ...]
    """Of the checkpoint's weights; here they are float32."""

    @property
    def multiple(self) -> int:
        """Pixels of which a picture's sides are multiples."""
        return self.autoencoder.plan.factor * 2**self.denoiser.plan.halvings

    @property
    def side(self) -> int:
        """Pixels of a side that the U-Net was trained with."""
        return self.autoencoder.plan.factor * self.denoiser.plan.sample_side

    @property
    def is_inpainting(self) -> bool:
        return self.denoiser.plan.in_channels != self.denoiser.plan.out_channels

    def parameters(self) -> int:
        return sum(value.numel() for part in (self.text, self.denoiser, self.autoencoder) for value in part.parameters())


def load_model(
    checkpoint: Path, kind: Kind, base: Path | None = None, scheduler: str | None = None, pad_id: int | None = None
) -> Model:
    """Throws `ConfigError` and `CheckpointError`. Everything small is looked at before any weights are read."""
    parts = find_parts(checkpoint, base)
    plans = text_plan(read_json(parts.text_encoder / "config.json")), denoiser_plan(read_json(parts.unet / "config.json"))
    text, denoiser, autoencoder = *plans, autoencoder_plan(read_json(parts.vae / "config.json"))
    check_together(text, denoiser, autoencoder)
    sampling, words = read_sampling(parts.scheduler, scheduler), read_words(parts.tokenizer, text, pad_id)
    _check_kind(kind, denoiser.linear_projection, words.pad_token, pad_id)
    with torch.device("meta"):
        networks = TextTower(text), Denoiser(denoiser), Autoencoder(autoencoder)
    filled = [
        fill(network, folder, layout)
        for network, folder, layout in zip(
            networks, [parts.text_encoder, parts.unet, parts.vae], [keys.TEXT, keys.DENOISER, keys.AUTOENCODER], strict=True
        )
    ]
    configs = [
        *(folder / "config.json" for folder in (parts.text_encoder, parts.unet, parts.vae)), parts.scheduler / "scheduler_config.json",
        *words.files,
    ]
    return Model(
        *networks, sampling, words, digest([*configs, *(path for weights in filled for path in weights.files)]),
        (*parts.left_out, *(key for weights in filled for key in weights.ignored)),
        tuple(sorted({dtype for weights in filled for dtype in weights.dtypes})),
    )


def _check_kind(kind: Kind, linear_projection: bool, pad_token: str, pad_id: int | None) -> None:
    """A checkpoint of another model than is said, or one whose tokenizer would silently spoil its pictures."""
    if kind.linear_projection is not None and kind.linear_projection != linear_projection:
        wanted, found = (2, 1) if kind.linear_projection else (1, 2)
        raise ConfigError(f"{kind.title} is made from Stable Diffusion {wanted}; the U-Net is of {found} (use_linear_projection).")
    if kind.pad_token is not None and kind.pad_token != pad_token and pad_id is None:
        raise ConfigError(
            f"{kind.title} fills prompts up with {kind.pad_token!r}, the tokenizer's files say {pad_token!r}. "
            "A wrong one gives worse pictures and no error; say which is right: --pad-id."
        )
