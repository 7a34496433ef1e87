"""The two files of a BioViL: the image model's state, and CXR-BERT as Hugging Face keeps it."""

from __future__ import annotations

from pathlib import Path

from importing.checkpoint import load_plain, state_of
from importing.keys import Fit, Ignored, fit
from importing.networks.bert import POSITION_IDS, UNUSED_POOLER

from .network import Biovil, BiovilPlan

IMAGE_IGNORED = (
    Ignored(r"encoder\.encoder\.fc\.(weight|bias)", "ImageNet's classes, which no forward pass reads"),
    Ignored(r"encoder\.vit_pooler\..*", "BioViL-T's transformer over two films; without a prior film it is not called"),
)
TEXT_IGNORED = (
    POSITION_IDS, UNUSED_POOLER,
    Ignored(r"cls\.predictions\..*", "CXR-BERT's guesses of masked words, which are no part of a vector"),
)


def read_biovil(image: Path, text: Path, plan: BiovilPlan) -> tuple[Biovil, dict[str, Fit]]:
    """For evaluation. Throws `CheckpointError` for what is no file, runs code, or does not fit, with every key that is wrong."""
    network = Biovil(plan)
    images = state_of(load_plain(image), image.name, "state_dict", "model")
    fits = {"image": fit(network.image, images, IMAGE_IGNORED, "BioViL's image model")}
    fits["text"] = fit(network.text, state_of(load_plain(text), text.name, "state_dict"), TEXT_IGNORED, "CXR-BERT")
    return network.eval(), fits
