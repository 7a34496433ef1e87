"""CheXzero's files, such as `best_64_0.0001_original_35000_0.864.pt`: a bare state dict of CLIP, in either precision."""

from __future__ import annotations

from pathlib import Path

from importing.checkpoint import load_known, state_of
from importing.keys import Fit, Ignored, fit, without_prefix

from .network import CheXzeroPlan, Clip

IGNORED = (Ignored("input_resolution|context_length|vocab_size", "a size that OpenAI's own files say beside the weights"),)


def read_chexzero(path: Path, plan: CheXzeroPlan) -> tuple[Clip, Fit]:
    """For evaluation. Throws `CheckpointError` for what is no file, runs code, or does not fit, with every key that is wrong."""
    state = without_prefix(state_of(load_known(path, ()), path.name, "state_dict", "model"), "module.")
    network = Clip(plan)
    return network, fit(network, state, IGNORED, "CheXzero (CLIP ViT-B/32)")
