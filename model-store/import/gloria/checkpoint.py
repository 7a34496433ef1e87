"""GLoRIA's files: `chexpert_resnet50.ckpt` of Lightning with its OmegaConf object, and BenchX's `GLoRIA.pth`."""

from __future__ import annotations

from pathlib import Path

from importing.checkpoint import load_known, state_of
from importing.keys import Fit, fit
from importing.networks.bert import POSITION_IDS, UNUSED_POOLER
from importing.restricted import LIGHTNING, OMEGACONF

from .network import Gloria, GloriaPlan

IGNORED = (POSITION_IDS, UNUSED_POOLER)

MARK = "gloria."
"""Everything up to it is wrapping, as in the released loader."""


def read_gloria(path: Path, plan: GloriaPlan) -> tuple[Gloria, Fit]:
    """For evaluation. Throws `CheckpointError` for what is no file, runs code, or does not fit, with every key that is wrong."""
    content = load_known(path, (*OMEGACONF, *LIGHTNING))
    state = state_of(content, path.name, "state_dict", "model")
    network = Gloria(plan)
    bare = {key.rpartition(MARK)[2]: value for key, value in state.items()}
    return network, fit(network, bare, IGNORED, "GLoRIA")
