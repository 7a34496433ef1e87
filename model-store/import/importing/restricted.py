"""Checkpoints that hold objects beside tensors: exactly named classes are replaced by inert stand-ins, nothing else is read.

It is torch's own unpickler of `weights_only=True`, which executes no code, told to accept more names. What stands for them is
a class of this file, so that neither omegaconf nor lightning need be there, nor would any line of theirs run.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch


class Inert:
    """Takes whatever a pickle hands to it and does nothing with it."""

    def __new__(cls, *_given: object) -> Inert:
        return super().__new__(cls)

    def __init__(self, *_given: object) -> None:
        pass

    def __setstate__(self, _state: object) -> None:
        pass


def nothing(*_given: object) -> OrderedDict[object, object]:
    """Stands for a function that makes a mapping."""
    return OrderedDict()


OMEGACONF = (
    "omegaconf.dictconfig.DictConfig", "omegaconf.listconfig.ListConfig", "omegaconf.base.ContainerMetadata", "omegaconf.base.Metadata",
    *(f"omegaconf.nodes.{kind}Node" for kind in ("Any", "String", "Integer", "Float", "Boolean")),
    "typing.Any", "collections.defaultdict", *(f"builtins.{kind}" for kind in ("dict", "list", "str", "int", "float", "bool", "tuple")),
)
"""What the `hyper_parameters` of a Lightning file are made of when they are an OmegaConf object."""

LIGHTNING = tuple(
    f"{package}.{name}"
    for package in ("pytorch_lightning", "lightning.pytorch")
    for name in (
        "utilities.parsing.AttributeDict", "callbacks.model_checkpoint.ModelCheckpoint", "callbacks.early_stopping.EarlyStopping",
        "callbacks.lr_monitor.LearningRateMonitor", "callbacks.progress.ProgressBar",
    )
)
"""Callbacks are keys of the file by their class up to Lightning 1.4."""

# torch fills only mappings of its own choice, so those that are filled become one of them.
MAPPINGS: dict[str, object] = {
    "collections.defaultdict": nothing,
    **{name: OrderedDict for name in LIGHTNING if name.endswith("AttributeDict")},
}


@contextmanager
def standing_in(known: Sequence[str]) -> Iterator[None]:
    """While it lasts, `torch.load(..., weights_only=True)` accepts these names and makes `Inert` of them."""
    with torch.serialization.safe_globals([(_stand_in(name), name) for name in known]):
        yield


def _stand_in(name: str) -> object:
    if name in MAPPINGS:
        return MAPPINGS[name]
    return type(name.rpartition(".")[2], (Inert,), {})
