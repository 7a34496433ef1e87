"""MGCA's `vit_base.ckpt` and `resnet_50.ckpt` as Lightning saves them, and BenchX's files of the same networks."""

from __future__ import annotations

from pathlib import Path

from importing.checkpoint import load_known, state_of
from importing.keys import Fit, Ignored, fit, without_prefix
from importing.networks.bert import POSITION_IDS
from importing.restricted import LIGHTNING

from .network import RESNET, VIT, Mgca, MgcaPlan

CROSS_ATTENTION = Ignored(r"text_encoder_q\.model\.encoder\.layer\.\d+\.crossattention\..*", "cross attention of BLIP's BERT, which a text alone does not pass")
LOCAL_ATTENTION = Ignored(
    r"(patch|word)_local_atten_layer\..*", "attention layers that training leaves as they were drawn, unless it is asked for (`use_local_atten`)"
)
IGNORED = (POSITION_IDS, CROSS_ATTENTION, LOCAL_ATTENTION)

VIT_KEYS = "img_encoder_q.model.blocks."
"""A ResNet has none of these."""


def read_mgca(path: Path, plan: MgcaPlan) -> tuple[Mgca, Fit]:
    """For evaluation. Which tower it is, its keys say; its sizes are the plan's.

    Throws `CheckpointError` for what is no file, runs code, or does not fit, with every key that is wrong.
    """
    state = without_prefix(state_of(load_known(path, LIGHTNING), path.name, "state_dict", "model"), "module.")
    tower = VIT if any(key.startswith(VIT_KEYS) for key in state) else RESNET
    network = Mgca(plan, tower)
    return network, fit(network, state, IGNORED, f"MGCA with a {tower} tower")
