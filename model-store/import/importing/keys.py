"""Which keys of a checkpoint go where: every one is used, or ignored by name with the reason, or named in a refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .checkpoint import CheckpointError, faults_of

MOST_FAULTS = 50
"""Lines of a kind (missing, unexpected, misshapen, ...) in a refusal; how many more there are is said."""

MOST_CHARACTERS = 300
"""Of such a line: keys are whatever the file says."""


@dataclass(frozen=True)
class Ignored:
    """Keys that a checkpoint may hold and that no forward pass reads."""

    pattern: str
    """A regular expression of the whole key."""
    reason: str


@dataclass(frozen=True)
class Fit:
    used: int
    ignored: dict[str, str]
    """Reason by key."""
    upcast: int
    """Tensors that were in half precision and are float32 now."""

    def said(self) -> list[str]:
        """For people: one line a fact."""
        by_reason: dict[str, list[str]] = {}
        for key, reason in self.ignored.items():
            by_reason.setdefault(reason, []).append(key)
        lines = [f"{self.used} tensors used, {len(self.ignored)} ignored"]
        lines += [f"ignored: {keys[0]}{f' and {len(keys) - 1} more' if len(keys) > 1 else ''}: {reason}" for reason, keys in by_reason.items()]
        return lines + ([f"{self.upcast} tensors were in half precision and are float32 in the pack"] if self.upcast else [])


def without_prefix(state: Mapping[str, object], *prefixes: str) -> dict[str, object]:
    """Every one of the prefixes, in their order, taken off where all keys have it."""
    plain = dict(state)
    for prefix in prefixes:
        if plain and all(key.startswith(prefix) for key in plain):
            plain = {key.removeprefix(prefix): value for key, value in plain.items()}
    return plain


def fit(network: nn.Module, state: Mapping[str, object], ignored: Sequence[Ignored] = (), what: str = "the network") -> Fit:
    """Loads the network strictly, in float32 and for evaluation. Throws `CheckpointError` with every key that does not fit."""
    shapes = {key: value.shape for key, value in network.state_dict().items()}
    left_out = {key: entry.reason for key in state if key not in shapes for entry in ignored if re.fullmatch(entry.pattern, key)}
    keys = [key for key in state if key not in left_out]
    refuse(faults_of(state, keys, shapes), what)
    kept = {key: state[key] for key in keys}
    half = sum(value.is_floating_point() and value.dtype in (torch.float16, torch.bfloat16) for value in kept.values() if isinstance(value, Tensor))
    # To float32 before it is copied: a network built in float32 would take it so too, but the count above says that it happened.
    network.load_state_dict({key: _full(value) for key, value in kept.items() if isinstance(value, Tensor)}, strict=True)
    network.float().eval()
    return Fit(len(kept), left_out, half)


def refuse(faults: Sequence[str], what: str) -> None:
    """Throws `CheckpointError` where there are any."""
    if not faults:
        return
    by_kind: dict[str, list[str]] = {}
    for fault in faults:
        by_kind.setdefault(fault.partition(":")[0], []).append(fault[:MOST_CHARACTERS])
    lines = []
    for kind, same in by_kind.items():
        lines += same[:MOST_FAULTS]
        lines += [f"{kind}: {len(same) - MOST_FAULTS} more"] if len(same) > MOST_FAULTS else []
    raise CheckpointError(f"The checkpoint does not fit {what}:\n  " + "\n  ".join(lines))


def _full(value: Tensor) -> Tensor:
    return value.float() if value.is_floating_point() else value
