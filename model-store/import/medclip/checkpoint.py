"""MedCLIP's `pytorch_model.bin`, a bare dict of tensors: of either image tower."""

from __future__ import annotations

from pathlib import Path

from importing.checkpoint import load_plain, state_of
from importing.keys import Fit, fit, without_prefix
from importing.networks.bert import POSITION_IDS, UNUSED_POOLER

from .network import RESNET, SWIN, Medclip, MedclipPlan
from .swin import POSITION_INDEX

IGNORED = (POSITION_IDS, UNUSED_POOLER, POSITION_INDEX)

SWIN_KEYS = "vision_model.model.encoder."
"""Both towers' keys begin alike up to here; a ResNet has none of these."""


def read_medclip(path: Path, plan: MedclipPlan) -> tuple[Medclip, Fit]:
    """For evaluation. Which tower it is, its keys say; its sizes are the plan's.

    Throws `CheckpointError` for what is no file, runs code, or does not fit, with every key that is wrong.
    """
    state = without_prefix(state_of(load_plain(path), path.name, "state_dict", "model"), "module.")
    tower = SWIN if any(key.startswith(SWIN_KEYS) for key in state) else RESNET
    network = Medclip(plan, tower)
    return network, fit(network, state, IGNORED, f"MedCLIP with a {tower} tower")
