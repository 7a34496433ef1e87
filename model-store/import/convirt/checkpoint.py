"""ConVIRT's files, whose image trunk goes by torchvision's names or, cut out of a `Sequential`, by numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from torch import nn

from importing.checkpoint import WRAPPER_PREFIX, load_known, state_of
from importing.keys import Fit, fit, without_prefix
from importing.restricted import LIGHTNING, OMEGACONF

from .network import Convirt, ConvirtPlan
from .variants import Variant

TRUNK_CHILDREN = ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4")
"""Of torchvision's ResNet, in their order: a `Sequential` of them numbers them so."""

POOLERS = ("linguistic.pooler.", "linguistic.encoder.pooler.")
"""Where ViLMedic's wrapper has a pooler of its own, that one is called and BERT's is not."""


def read_convirt(path: Path, variant: Variant, plan: ConvirtPlan) -> tuple[Convirt, Fit]:
    """For evaluation. Throws `CheckpointError` for what is no file, runs code, or does not fit, with every key that is wrong."""
    content = load_known(path, (*OMEGACONF, *LIGHTNING))
    state = without_prefix(state_of(content, path.name, "state_dict", "model"), WRAPPER_PREFIX)
    network = variant.network(plan)
    fitting = fit(_placed(variant.places(network)), _wrapped_pooler(_named(state, variant.trunk)), variant.ignored, "ConVIRT")
    return network.eval(), fitting


def _named(state: Mapping[str, object], trunk: str) -> dict[str, object]:
    """Numbers of the trunk's children as names; a number that stands for none of them stays and is refused by name."""
    found = re.compile(rf"{re.escape(trunk)}\.(\d)\.(.+)")
    named = {}
    for key, value in state.items():
        match = found.fullmatch(key)
        is_child = match is not None and int(match[1]) < len(TRUNK_CHILDREN)
        named[f"{trunk}.{TRUNK_CHILDREN[int(match[1])]}.{match[2]}" if is_child else key] = value
    return named


def _wrapped_pooler(state: dict[str, object]) -> dict[str, object]:
    own, other = POOLERS
    if not any(key.startswith(own) for key in state):
        return state
    kept = {key: value for key, value in state.items() if not key.startswith(other)}
    return {other + key.removeprefix(own) if key.startswith(own) else key: value for key, value in kept.items()}


def _placed(places: Mapping[str, nn.Module]) -> nn.Module:
    """A module whose keys begin as the checkpoint's do; it holds the network's own parts."""
    root = nn.Module()
    for path, part in places.items():
        *outer, last = path.split(".")
        at = root
        for name in outer:
            if not hasattr(at, name):
                at.add_module(name, nn.Module())
            at = getattr(at, name)
        at.add_module(last, part)
    return root
