"""RAD-DINO's file in Hugging Face's layout: `model.safetensors`, or the same keys in a `pytorch_model.bin`."""

from __future__ import annotations

from pathlib import Path

from importing.checkpoint import WRAPPER_PREFIX, load_known, state_of
from importing.keys import Fit, Ignored, fit, without_prefix

from .network import RadDino, RadDinoPlan

IGNORED = (
    Ignored(r"embeddings\.mask_token", "stood for hidden patches while the tower was trained; no patch of a film that is served is hidden"),
)


def read_rad_dino(path: Path, plan: RadDinoPlan) -> tuple[RadDino, Fit]:
    """For evaluation. Throws `CheckpointError` for what is no file, runs code, or does not fit, with every key that is wrong."""
    state = without_prefix(state_of(load_known(path, ()), path.name, "state_dict", "model"), WRAPPER_PREFIX)
    network = RadDino(plan)
    return network, fit(network, state, IGNORED, "RAD-DINO")
