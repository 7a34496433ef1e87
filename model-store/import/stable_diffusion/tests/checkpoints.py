"""Small checkpoints, written once a run of tests; each test changes a copy of its own."""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from unittest import TestCase

import torch
from safetensors.torch import load_file, save_file

from ..seeded import SIZES, write_checkpoint


@cache
def written(size: str, dtype: torch.dtype = torch.float32) -> Path:
    kept = tempfile.TemporaryDirectory()
    atexit.register(kept.cleanup)
    folder = Path(kept.name) / size
    with contextlib.redirect_stderr(io.StringIO()):
        write_checkpoint(folder, SIZES[size], seed=1, dtype=dtype)
    return folder


class OnCheckpoint(TestCase):
    size = "small-1"

    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)
        self.checkpoint = shutil.copytree(written(self.size), self.folder / "checkpoint")

    def say(self, part: str, file: str = "config.json", **values: Any) -> None:
        """Changes keys of a part's JSON file; `...` takes one away."""
        path = self.checkpoint / part / file
        said = json.loads(path.read_text())
        said |= values
        path.write_text(json.dumps({key: value for key, value in said.items() if value is not ...}))

    def change(self, part: str, act: Callable[[dict[str, torch.Tensor]], None]) -> None:
        """Changes a part's tensors."""
        (path,) = (self.checkpoint / part).glob("*.safetensors")
        state = load_file(path)
        act(state)
        save_file({key: value.contiguous() for key, value in state.items()}, path)
