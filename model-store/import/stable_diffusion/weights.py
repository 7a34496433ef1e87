"""A part's weights as a state dict that fits its network, or a refusal that names everything that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from importing.checkpoint import CheckpointError, faults_of, load_plain

from .config import read_json

STEMS = ("diffusion_pytorch_model", "model", "pytorch_model")
VARIANTS = ("", ".fp16", ".bf16", ".non_ema")
"""The whole one first."""
SUFFIXES = (".safetensors", ".bin")
"""A pickle only where there is nothing better."""


@dataclass(frozen=True)
class Weights:
    state: dict[str, Tensor]
    files: tuple[Path, ...]
    ignored: tuple[str, ...]
    """Keys that are not used, each with the reason."""
    dtypes: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """How a part's keys may be written."""

    part: str
    rename: Callable[[str], str] = str
    ignored: Mapping[str, str] | None = None
    """Keys that are in no network here, and why."""


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


def read_file(path: Path) -> dict[str, object]:
    """Nothing but tensors and plain values is unpickled."""
    if path.suffix == ".safetensors":
        try:
            return dict(load_file(path))
        except (SafetensorError, OSError) as cause:
            raise CheckpointError(f"{path.parent.name}/{path.name} is no whole safetensors file: {cause}.") from cause
    content = load_plain(path)
    if not isinstance(content, Mapping):
        raise CheckpointError(f"{path.parent.name}/{path.name} is no dict of tensors.")
    return {str(key): value for key, value in content.items()}


def fit(network: nn.Module, folder: Path, layout: Layout) -> Weights:
    """Fills the network, which is made without memory of its own (device `meta`), in float32. Throws `CheckpointError`."""
    files = find_files(folder)
    state: dict[str, object] = {}
    for path in files:
        state |= {layout.rename(key): value for key, value in read_file(path).items()}
    reasons = layout.ignored or {}
    shapes = {key: value.shape for key, value in network.state_dict().items()}
    used = [key for key in state if key not in reasons]
    faults = faults_of(state, used, shapes)
    if faults:
        raise CheckpointError(f"{layout.part} does not fit its config.json:\n  " + "\n  ".join(faults))
    kept = {key: state.pop(key) for key in used}
    dtypes = tuple(sorted({str(value.dtype).removeprefix("torch.") for value in kept.values()}))
    floats = {key: value.to(torch.float32) for key, value in kept.items()}
    network.load_state_dict(floats, strict=True, assign=True)
    network.requires_grad_(False).eval()
    return Weights(floats, tuple(files), tuple(f"{layout.part}.{key} ({reasons[key]})" for key in sorted(state)), dtypes)
