"""What is common to the reading of checkpoints, none of which may run code."""

from __future__ import annotations

import pickle
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from .restricted import standing_in

MALFORMED = (RuntimeError, EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, OverflowError)
"""What torch's reader lets through of a file whose pickle is no checkpoint's."""

WRAPPER_PREFIX = "module."
"""DataParallel writes it before every key."""


class CheckpointError(ValueError):
    """The file is not a checkpoint of the network; the message names every key that is wrong."""


def load_plain(path: Path, advice: str = "") -> object:
    """Nothing but tensors and plain values is unpickled."""
    return load_known(path, (), advice)


def load_known(path: Path, known: Sequence[str], advice: str = "") -> object:
    """As `load_plain`, with inert stand-ins for the classes of these names; safetensors too.

    Throws `CheckpointError` for what is no file, is cut off, or names any other class or function: which one is said.
    """
    if path.is_dir():
        raise CheckpointError(f"{path.name} is a folder; say the checkpoint file in it.")
    if not path.is_file():
        raise CheckpointError(f"{path.name} is not there.")
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        with standing_in(known):
            return torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, SafetensorError, *MALFORMED) as cause:
        refused = re.search(r"GLOBAL (\S+)", str(cause))
        names = f" It names {refused[1]}, which is not loaded." if refused else ""
        raise CheckpointError(f"{path.name} cannot be read as tensors and plain values alone.{names}{advice}") from cause


def state_of(content: object, name: str, *wrappings: str) -> dict[str, object]:
    """The mapping of keys to tensors, bare or under the first of these names that is there. Throws `CheckpointError`."""
    for wrapping in wrappings:
        if isinstance(content, Mapping) and isinstance(content.get(wrapping), Mapping):
            content = content[wrapping]
            break
    if not isinstance(content, Mapping) or not any(isinstance(value, Tensor) for value in content.values()):
        raise CheckpointError(f"{name} is no dict of tensors, nor has one under {', '.join(wrappings)}.")
    if not all(isinstance(key, str) for key in content):
        raise CheckpointError(f"{name} has keys that are no strings.")
    return dict(content)


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
        elif value.is_floating_point() and not torch.isfinite(value).all():
            faults.append(f"not finite: {key}")
    return faults
