"""Attention of several heads, written out so that its graph is plain ONNX."""

from __future__ import annotations

import math

from torch import Tensor


def attend(query: Tensor, key: Tensor, value: Tensor, heads: int, hide: Tensor | None = None) -> Tensor:
    """Each float32[rows, length, width] -> the same: softmax(query · key / √(width of a head)) · value, heads side by side.

    `hide`: added to the products before the softmax, float32 that fits [rows, heads, length, length].
    """
    query, key, value = (part.unflatten(2, (heads, -1)).transpose(1, 2) for part in (query, key, value))
    products = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1])
    if hide is not None:
        products = products + hide
    return (products.softmax(-1) @ value).transpose(1, 2).flatten(2)
