"""What is common to the reading of checkpoints, none of which may run code."""

from __future__ import annotations

import pickle
from collections.abc import Collection, Mapping
from pathlib import Path

import torch
from torch import Tensor

WRAPPER_PREFIX = "module."
"""DataParallel writes it before every key."""


class CheckpointError(ValueError):
    """The file is not a checkpoint of the network; the message names every key that is wrong."""


def load_plain(path: Path, advice: str = "") -> object:
    """Nothing but tensors and plain values is unpickled."""
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as cause:
        raise CheckpointError(f"{path.name} cannot be read as tensors and plain values alone.{advice}") from cause


def faults_of(state: Mapping[str, object], keys: Collection[str], shapes: Mapping[str, torch.Size]) -> list[str]:
    """Every missing, unexpected, misshapen and unusable one of the state's `keys`."""
    faults = [f"missing: {key}" for key in sorted(set(shapes) - set(keys))]
    faults += [f"unexpected: {key}" for key in sorted(set(keys) - set(shapes))]
    for key in sorted(set(keys) & set(shapes)):
        value = state[key]
        if not isinstance(value, Tensor):
            faults.append(f"no tensor: {key}")
        elif value.shape != shapes[key]:
            faults.append(f"misshapen: {key} has {tuple(value.shape)}, the network {tuple(shapes[key])}")
        elif not torch.isfinite(value).all():
            faults.append(f"not finite: {key}")
    return faults
