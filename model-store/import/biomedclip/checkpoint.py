"""BiomedCLIP's files: `open_clip_pytorch_model.bin` and `open_clip_model.safetensors`."""

from __future__ import annotations

from pathlib import Path

from importing.checkpoint import load_known, state_of
from importing.keys import Fit, Ignored, fit, refuse, without_prefix
from importing.networks.bert import POSITION_IDS, UNUSED_POOLER

from .network import BiomedClip, BiomedClipPlan

IGNORED = (
    POSITION_IDS,
    UNUSED_POOLER,
    Ignored(r"text\.transformer\.embeddings\.token_type_ids", "zeros, a buffer of some versions of transformers"),
)

MOST_SCALE = 100.0
"""open_clip keeps exp(logit_scale) at or below it while it trains; far above, the file is no CLIP's."""


def read_biomedclip(path: Path, plan: BiomedClipPlan) -> tuple[BiomedClip, Fit]:
    """For evaluation. Throws `CheckpointError` for what is no file, runs code, or does not fit, with every key that is wrong."""
    state = without_prefix(state_of(load_known(path, ()), path.name, "state_dict", "model"), "module.")
    network = BiomedClip(plan)
    fitting = fit(network, state, IGNORED, "BiomedCLIP")
    scale = float(network.logit_scale.detach().exp())
    refuse([f"no scale: exp(logit_scale) is {scale:.3g}, above {MOST_SCALE:g}"] if scale > MOST_SCALE * 1.01 else [], "BiomedCLIP")
    return network, fitting
