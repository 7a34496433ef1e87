"""Sections of a dual encoder's manifest that are the same in most systems. The service's own schemas check what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

DICOM = {"window": "voi", "invert_monochrome1": True}

GRAY = {"op": "gray"}


def image(*steps: dict[str, Any]) -> dict[str, Any]:
    """Normalisation is in the graph, so that films cross the process border as bytes."""
    return {"steps": list(steps), "dicom": DICOM}


def resize(mode: str, size: int | tuple[int, int], interpolation: str, rounding: str | None = None) -> dict[str, Any]:
    step = {"op": "resize", "mode": mode, "size": list(size) if isinstance(size, tuple) else size, "interpolation": interpolation}
    return {**step, **({"round": rounding} if rounding else {})}


def pad(to: int | str, fill: int = 0, anchor: str = "center-floor", least: int | None = None) -> dict[str, Any]:
    """`least`: of a square, the side that it has at least."""
    return {"op": "pad", "to": to, "fill": fill, "anchor": anchor, **({} if least is None else {"least": least})}


def crop(size: int) -> dict[str, Any]:
    return {"op": "crop", "center": True, "size": size}


def channels(count: int) -> dict[str, Any]:
    return {"op": "channels", "count": count}


def text(max_length: int, clean: str = "raw", padding: str = "longest", lowercase: bool = True, pad_id: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "clean": clean, "tokenizer": "tokenizer.json", "lowercase": lowercase, "max_length": max_length,
        "padding": padding, "truncation": "right", "pad_id": pad_id, **more,
    }


def text_post(merge: str = "none", pool: str = "none", drop: Sequence[str] = (), heads: bool = False, fixed_length: int | None = None) -> dict[str, Any]:
    length = {} if fixed_length is None else {"fixed_length": fixed_length}
    return {"merge": merge, "pool": pool, **length, "drop": list(drop), "heads": heads}


def cosine_score(scale: float = 1.0, bias: float | None = None) -> dict[str, Any]:
    """A system without local features."""
    return {"scale": scale, **({} if bias is None else {"bias": bias}), "global": "cosine", "combine": {"kind": "none"}, "pairwise": False}


def label_set(title: str, classes: Mapping[str, Sequence[str]], mode: str, aggregation: str, activation: str, **more: Any) -> dict[str, Any]:
    """`classes`: prompts by label. `more`: `similarity`, `local_aggregate`, `temperature`, `note`; negatives go into `classes` by hand."""
    return {
        "title": title, "mode": mode, "prompt_aggregation": aggregation, "activation": activation, "class_norm": "none",
        "classes": [{"label": label, "prompts": list(prompts)} for label, prompts in classes.items()], **more,
    }
