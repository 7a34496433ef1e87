"""`best_model-LViT.pth.tar` as tensors that fit, or a refusal that names everything that does not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from importing.checkpoint import WRAPPER_PREFIX, CheckpointError, faults_of, load_plain

from .network import LViT
from .plan import LVitPlan

SAVE_ANEW = (
    " If it is yours and holds more, save it anew "
    'where you trust it: torch.save({"state_dict": checkpoint["state_dict"]}, path).'
)


def read_state(path: Path) -> dict[str, Tensor]:
    """The `state_dict` of a checkpoint file, prefixes taken off. Nothing but tensors and plain values is unpickled."""
    content = load_plain(path, SAVE_ANEW)
    if not isinstance(content, Mapping) or not isinstance(content.get("state_dict"), Mapping):
        raise CheckpointError(f"{path.name} is no dict with a state_dict in it.")
    return without_prefix(content["state_dict"])


def without_prefix(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    wrapped = [key for key in state if key.startswith(WRAPPER_PREFIX)]
    if wrapped and len(wrapped) < len(state):
        plain = sorted(set(state) - set(wrapped))
        raise CheckpointError(f'Some keys begin with "{WRAPPER_PREFIX}" and some do not: {", ".join(plain)}.')
    return {key.removeprefix(WRAPPER_PREFIX): value for key, value in state.items()}


def declared_shapes(plan: LVitPlan) -> dict[str, torch.Size]:
    """The key and shape of everything that a checkpoint of this size holds: 541 for the published one."""
    with torch.device("meta"):
        return {key: value.shape for key, value in LViT(plan, declares_unused=True).state_dict().items()}


def dead_keys(plan: LVitPlan) -> frozenset[str]:
    """What checkpoints hold and no forward pass reads: 152 parameters of the published network, and 51 buffers."""
    with torch.device("meta"):
        live = LViT(plan).state_dict()
    return frozenset(declared_shapes(plan)) - frozenset(live)


def dead_parameters(plan: LVitPlan) -> frozenset[str]:
    """The dead keys without the running statistics."""
    with torch.device("meta"):
        parameters = dict(LViT(plan, declares_unused=True).named_parameters())
    return dead_keys(plan) & frozenset(parameters)


def check(state: Mapping[str, object], plan: LVitPlan) -> None:
    """Throws `CheckpointError` with every missing, unexpected, misshapen and unusable key."""
    shapes = declared_shapes(plan)
    faults = faults_of(state, state.keys(), shapes)
    if faults:
        raise CheckpointError("The checkpoint does not fit the original LViT:\n  " + "\n  ".join(faults))


def network_from(state: Mapping[str, Tensor], plan: LVitPlan | None = None) -> LViT:
    """The live network with the checkpoint's weights, for evaluation; dead tensors are dropped by name."""
    plan = plan or LVitPlan()
    check(state, plan)
    dead = dead_keys(plan)
    live = {key: value for key, value in state.items() if key not in dead}
    network = LViT(plan)
    network.load_state_dict(live, strict=True)
    return network.float().eval()
