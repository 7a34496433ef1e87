"""A part's weights as a state dict that fits its network, or a refusal that names everything that does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from importing.checkpoint import CheckpointError, faults_of, load_plain, state_of
from importing.keys import Ignored, refuse

from .config import read_json

STEMS = ("diffusion_pytorch_model", "model", "pytorch_model")
VARIANTS = ("", ".fp16", ".bf16", ".non_ema")
"""The whole one first."""
SUFFIXES = (".safetensors", ".bin")
"""A pickle only where there is nothing better."""


@dataclass(frozen=True)
class Weights:
    files: tuple[Path, ...]
    ignored: tuple[str, ...]
    """Keys that are not used, each with the reason."""
    dtypes: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """How a part's keys may be written."""

    part: str
    rename: Callable[[str], str] = str
    ignored: Sequence[Ignored] = ()


def find_files(folder: Path) -> list[Path]:
    """The weight files of a part: one, or the shards that an index names."""
    for suffix in SUFFIXES:
        for stem in STEMS:
            for variant in VARIANTS:
                if (folder / f"{stem}{variant}{suffix}").is_file():
                    return [folder / f"{stem}{variant}{suffix}"]
                for index in (f"{stem}{suffix}.index{variant}.json", f"{stem}{variant}{suffix}.index.json"):
                    if (folder / index).is_file():
                        return _shards(folder, index)
    raise CheckpointError(f"{folder.name} has no weights: none of {', '.join(stem + suffix for suffix in SUFFIXES for stem in STEMS)}.")


def _shards(folder: Path, index: str) -> list[Path]:
    named = read_json(folder / index).get("weight_map")
    names = sorted({str(name) for name in named.values()}) if isinstance(named, dict) else []
    if not names or any(Path(name).name != name for name in names):
        raise CheckpointError(f"{folder.name}/{index} names no shards beside itself.")
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise CheckpointError(f"{folder.name} lacks the shards {', '.join(missing)}.")
    return [folder / name for name in names]


def read_files(paths: Sequence[Path], layout: Layout) -> dict[str, object]:
    """Nothing but tensors and plain values is unpickled. Throws `CheckpointError`, also for a key that stands there twice."""
    state: dict[str, object] = {}
    for path in paths:
        content = state_of(load_plain(path), f"{layout.part}/{path.name}")
        named = {layout.rename(key): value for key, value in content.items()}
        if len(named) < len(content) or not state.keys().isdisjoint(named):
            raise CheckpointError(f"{layout.part}/{path.name} has a tensor under two names.")
        state |= named
    return state


def fill(network: nn.Module, folder: Path, layout: Layout) -> Weights:
    """
    Fills the network strictly, in float32 and for evaluation. It is made without memory of its own (device `meta`) and gets the
    file's, so that 860 million parameters are in memory once. Throws `CheckpointError` with everything that does not fit.
    """
    files = find_files(folder)
    state = read_files(files, layout)
    shapes = {key: value.shape for key, value in network.state_dict().items()}
    ignored = {key: entry.reason for key in state if key not in shapes for entry in layout.ignored if re.fullmatch(entry.pattern, key)}
    used = [key for key in state if key not in ignored]
    refuse(faults_of(state, used, shapes), f"{layout.part}/config.json")
    kept = {key: value for key, value in state.items() if key in shapes and isinstance(value, Tensor)}
    dtypes = tuple(sorted({str(value.dtype).removeprefix("torch.") for value in kept.values()}))
    network.load_state_dict({key: value.to(torch.float32) for key, value in kept.items()}, strict=True, assign=True)
    network.requires_grad_(False).eval()
    return Weights(tuple(files), tuple(f"{layout.part}.{key} ({reason})" for key, reason in ignored.items()), dtypes)
