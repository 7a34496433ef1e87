"""A pack's folder, which is there whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


class PackError(ValueError):
    """The pack cannot be made; the message says why."""


def write_whole(folder: Path, write: Callable[[Path], Result]) -> Result:
    """What `write` gives for the folder that it fills. Throws `PackError` where there is one; a failed pack leaves nothing."""
    if folder.exists():
        raise PackError(f"{folder} is there already; packs are never changed.")
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        result = write(draft)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return result
