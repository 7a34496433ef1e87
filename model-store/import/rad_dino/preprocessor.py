"""`preprocessor_config.json` of Hugging Face's `BitImageProcessor`: what of it the manifest's steps and the graph do, and refusals of the rest.

Mean and deviation stand in no other file, and are never guessed: published figures of other films' would pass and serve other vectors.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "preprocessor_config.json"

MOST_BYTES = 64 * 1024

MOST_SIDE = 16_384
"""Of a step's size in the manifest."""

CHANNELS = 3
BICUBIC = 3
"""Pillow's number."""

PROCESSORS = ("BitImageProcessor", "BitImageProcessorFast", "BitImageProcessorPil")

SWITCHES = ("do_convert_rgb", "do_resize", "do_center_crop", "do_rescale", "do_normalize")
"""Each on by itself in `BitImageProcessor`, and done here: one that is off is refused."""

NUMBERS = ("size", "crop_size", "resample", "rescale_factor", "image_mean", "image_std")

NAMES = ("image_processor_type", "feature_extractor_type")

UNREAD = ("_valid_processor_keys", "processor_class", "return_tensors", "device", "input_data_format", "data_format", "disable_grouping", "default_to_square")
"""What says nothing about values; `default_to_square` is about a `size` without names of sides, which is refused."""


class PreprocessorError(ValueError):
    """The file does not say a preparation that is done here; the message names everything that is wrong."""


@dataclass(frozen=True)
class Preprocessor:
    shortest: int
    """Side in pixels that a film's shorter one becomes."""
    crop: int
    """Side in pixels of the square out of the middle."""
    factor: float
    """Of a byte, before mean and deviation."""
    mean: tuple[float, ...]
    std: tuple[float, ...]
    """Of R, G and B, in values times `factor`."""


def read_preprocessor(path: Path, side: int) -> Preprocessor:
    """`side`: of the square that the tower takes, in pixels. Throws `PreprocessorError`."""
    said = _read(path)
    faults = [*_strangers(said), *_switches(said), *_sizes(said, side), *_numbers(said)]
    if faults:
        raise PreprocessorError(f"{path.name} says what is not done here:\n  " + "\n  ".join(faults))
    return Preprocessor(
        said["size"]["shortest_edge"], side, float(said["rescale_factor"]),
        tuple(map(float, said["image_mean"])), tuple(map(float, said["image_std"])),
    )


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise PreprocessorError(f"{path.name} is not there; say --preprocessor, since mean and deviation are never guessed.")
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise PreprocessorError(f"{path.name} has more than {MOST_BYTES} bytes.")
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as cause:
        raise PreprocessorError(f"{path.name} is no JSON.") from cause
    if not isinstance(said, dict):
        raise PreprocessorError(f"{path.name} is no JSON object.")
    return said


def _strangers(said: dict[str, Any]) -> list[str]:
    """Another processor, and keys that could mean anything; one without a value, or switched off, means nothing."""
    types = [said[name] for name in NAMES if said.get(name) is not None]
    faults = [f"processor: {_short(kind)}, not {PROCESSORS[0]}" for kind in types if kind not in PROCESSORS]
    if not types:
        faults.append(f"processor: no {NAMES[0]}")
    known = (*SWITCHES, *NUMBERS, *NAMES, *UNREAD)
    return faults + [f"unknown: {key[:80]} {_short(value)}" for key, value in said.items() if key not in known and value is not None and value is not False]


def _switches(said: dict[str, Any]) -> list[str]:
    return [f"off: {name}" for name in SWITCHES if said.get(name, True) is not True]


def _sizes(said: dict[str, Any], side: int) -> list[str]:
    size, crop, resample = said.get("size"), said.get("crop_size"), said.get("resample")
    faults = []
    shortest = size.get("shortest_edge") if isinstance(size, dict) and set(size) == {"shortest_edge"} else None
    if type(shortest) is not int or not side <= shortest <= MOST_SIDE:
        faults.append(f"size: {_short(size)}, not a shortest_edge from {side} to {MOST_SIDE}")
    if crop != {"height": side, "width": side}:
        faults.append(f"crop_size: {_short(crop)}, not the {side} that the positions were trained at")
    if type(resample) is not int or resample != BICUBIC:
        faults.append(f"resample: {_short(resample)}, not {BICUBIC} (bicubic)")
    return faults


def _numbers(said: dict[str, Any]) -> list[str]:
    factor, mean, std = said.get("rescale_factor"), said.get("image_mean"), said.get("image_std")
    faults = []
    if not _is_number(factor) or factor <= 0:
        faults.append(f"rescale_factor: {_short(factor)}, not above 0")
    if not _is_each(mean):
        faults.append(f"image_mean: {_short(mean)}, not {CHANNELS} numbers")
    if not _is_each(std) or min(std) <= 0:
        faults.append(f"image_std: {_short(std)}, not {CHANNELS} numbers above 0")
    return faults


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and abs(value) < MOST_SIDE and math.isfinite(value)  # type: ignore[arg-type]


def _is_each(value: object) -> bool:
    return isinstance(value, list) and len(value) == CHANNELS and all(map(_is_number, value))


def _short(value: object) -> str:
    return json.dumps(value)[:80]
