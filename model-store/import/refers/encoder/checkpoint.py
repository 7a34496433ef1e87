"""REFERS's image tower by itself, fine-tuned, or out of the whole pre-training model."""

from __future__ import annotations

from pathlib import Path

from importing.checkpoint import WRAPPER_PREFIX, load_plain, state_of
from importing.keys import Fit, Ignored, fit, without_prefix

from ..network import VisionTransformer
from ..plan import RefersPlan

WHOLE_PREFIX = "visual.vit."
"""Of the tower in the pre-training model."""

IGNORED = (
    Ignored(r"head\.(weight|bias)", "a classifier, of a fine-tuned tower or of ImageNet; no family of the service has one, so the encoder is served"),
    Ignored(r"(fusion|textual|contrastive_bert)\..*", "the pre-training's other parts; `importing refers` makes a pack of them"),
)


def read_encoder(path: Path, plan: RefersPlan) -> tuple[VisionTransformer, Fit]:
    """For evaluation. Throws `CheckpointError` for what is no file, runs code, or does not fit, with every key that is wrong."""
    state = without_prefix(state_of(load_plain(path), path.name, "state_dict", "model"), WRAPPER_PREFIX)
    bare = {key.removeprefix(WHOLE_PREFIX): value for key, value in state.items()}
    network = VisionTransformer(plan)
    return network, fit(network, bare, IGNORED, "REFERS's image tower")
