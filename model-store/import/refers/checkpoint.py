"""A state dict of REFERS's pre-training as tensors that fit, or a refusal that names everything that does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from importing.checkpoint import WRAPPER_PREFIX, CheckpointError, faults_of, load_plain

from .network import Refers
from .plan import RefersPlan

CONTRASTIVE_PREFIX = "contrastive_bert."
"""The text tower of the contrastive branch: no part of a report."""
TIED = {"textual.output.weight": "textual.embedding.words.weight"}


@dataclass(frozen=True)
class Fitting:
    """Keys of a state dict by what becomes of them."""

    used: tuple[str, ...]
    ignored: tuple[str, ...]


def read_state(path: Path) -> dict[str, Tensor]:
    """Nothing but tensors and plain values is unpickled. The dict may lie under `model` or `state_dict`."""
    content = load_plain(path)
    for key in ("model", "state_dict"):
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    if not isinstance(content, Mapping) or not content:
        raise CheckpointError(f"{path.name} is no dict of tensors.")
    return {str(key).removeprefix(WRAPPER_PREFIX): value for key, value in content.items()}


def declared_shapes(plan: RefersPlan) -> dict[str, torch.Size]:
    with torch.device("meta"):
        return {key: value.shape for key, value in Refers(plan).state_dict().items()}


def check(state: Mapping[str, object], plan: RefersPlan) -> Fitting:
    """Throws `CheckpointError` with every missing, unexpected, misshapen and unusable key."""
    shapes = declared_shapes(plan)
    ignored = tuple(sorted(key for key in state if key.startswith(CONTRASTIVE_PREFIX)))
    used = tuple(sorted(set(state) - set(ignored)))
    faults = faults_of(state, used, shapes)
    if not faults:
        faults = [f"not tied: {copy} differs from {key}" for copy, key in TIED.items() if not torch.equal(state[copy], state[key])]
    if faults:
        raise CheckpointError("The checkpoint does not fit REFERS's pre-training:\n  " + "\n  ".join(faults))
    return Fitting(used, ignored)


def network_from(state: Mapping[str, Tensor], plan: RefersPlan | None = None) -> tuple[Refers, Fitting]:
    """The network with the checkpoint's weights, for evaluation, and what became of the keys."""
    plan = plan or RefersPlan()
    fitting = check(state, plan)
    network = Refers(plan)
    network.load_state_dict({key: state[key] for key in fitting.used}, strict=True)
    return network.float().eval(), fitting
