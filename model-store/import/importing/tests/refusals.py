"""Bad input that every importer meets alike: a system's tests inherit `Refusals` and say what its checkpoint is."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import TestCase

import torch

from ..__main__ import main

IMPORTERS = Path(__file__).parents[2]

HELD_BEFORE_RENAME = """
import sys
import threading
from pathlib import Path
from importing.__main__ import main

def hold(*_):
    print("held", flush=True)
    threading.Event().wait()

Path.rename = hold
sys.exit(main())
"""


class RunsCode:
    """A pickle of it makes a file of this name when it is opened by Python's own unpickler."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.marker}",)


class Refusals(TestCase):
    """Import the module and not the class (`refusals.Refusals`), or unittest runs it by itself."""

    system: str
    key: str
    """In the file's state, of a tensor with two dims or more."""

    @classmethod
    def content(cls) -> dict[str, Any]:
        """What `torch.save` is given for a checkpoint of a small network."""
        raise NotImplementedError

    @classmethod
    def state(cls, content: dict[str, Any]) -> dict[str, Any]:
        """The dict of tensors in it."""
        raise NotImplementedError

    @classmethod
    def write_beside(cls, folder: Path) -> list[str]:
        """Writes what else the import needs, such as a vocabulary; the arguments that name it."""
        raise NotImplementedError

    @classmethod
    def setUpClass(cls) -> None:
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.beside = Path(kept.name)
        cls.arguments = cls.write_beside(cls.beside)
        cls.good = cls.content()

    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)
        self.checkpoint = self.folder / "checkpoint.ckpt"
        self.out = self.folder / "store" / "pack" / "1.0.0"
        self.changed = {**self.good}
        state = self.state(self.changed)
        for name, value in self.changed.items():
            if value is state:
                self.changed[name] = {**state}

    def command(self) -> list[str]:
        return [self.system, str(self.checkpoint), "--out", str(self.out), *self.arguments]

    def run_main(self) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(self.command())
        return status, out.getvalue(), err.getvalue()

    def assert_refused(self, *says: str) -> None:
        status, _, said = self.run_main()
        self.assertEqual(status, 1)
        for part in says:
            self.assertIn(part, said)
        self.assert_nothing_written()

    def assert_nothing_written(self) -> None:
        self.assertFalse(self.out.exists())
        self.assertEqual([path for path in self.folder.rglob("*") if path.is_file() and path != self.checkpoint], [])

    def test_a_folder_instead_of_a_file(self) -> None:
        self.checkpoint.mkdir()
        self.assert_refused("checkpoint.ckpt is a folder")

    def test_a_file_that_is_not_there(self) -> None:
        self.assert_refused("checkpoint.ckpt is not there")

    def test_a_truncated_file(self) -> None:
        torch.save(self.good, self.checkpoint)
        size = self.checkpoint.stat().st_size
        for kept in (0, 10, size // 2, size - 1):
            with self.subTest(kept):
                os.truncate(self.checkpoint, kept)
                self.assert_refused("checkpoint.ckpt cannot be read")
                torch.save(self.good, self.checkpoint)

    def test_a_pickle_that_runs_code(self) -> None:
        marker = self.folder / "ran"
        torch.save({**self.good, "more": RunsCode(marker)}, self.checkpoint)
        self.assert_refused("It names posix.system, which is not loaded")
        self.assertFalse(marker.exists())

    def test_a_checkpoint_of_another_system(self) -> None:
        torch.save({"state_dict": {"downVit.CTBN3.conv.weight": torch.zeros(4, 10, 3)}}, self.checkpoint)
        self.assert_refused("unexpected: downVit.CTBN3.conv.weight", "missing: ")

    def test_no_dict_of_tensors(self) -> None:
        torch.save([1, 2, 3], self.checkpoint)
        self.assert_refused("is no dict of tensors")

    def test_missing_extra_and_misshapen_keys_are_all_named(self) -> None:
        state = self.state(self.changed)
        first = next(key for key in state if key != self.key and state[key].dim() == 1)
        del state[first]
        state[self.key] = state[self.key][..., :-1].clone()
        state["surplus.weight"] = torch.zeros(3)
        torch.save(self.changed, self.checkpoint)
        self.assert_refused("missing: ", "unexpected: surplus.weight", "misshapen: ")

    def test_weights_that_are_no_numbers(self) -> None:
        state = self.state(self.changed)
        state[self.key] = torch.full_like(state[self.key], float("nan"))
        torch.save(self.changed, self.checkpoint)
        self.assert_refused("not finite: ")

    def test_half_precision_is_taken_and_said(self) -> None:
        state = self.state(self.changed)
        for key, value in state.items():
            state[key] = value.half() if value.is_floating_point() else value
        torch.save(self.changed, self.checkpoint)
        status, said, refused = self.run_main()
        self.assertEqual(status, 0, refused)
        self.assertIn("were in half precision and are float32 in the pack", said)
        self.assertTrue((self.out / "model.json").is_file())

    def test_a_pack_that_is_there_stays(self) -> None:
        torch.save(self.good, self.checkpoint)
        self.out.mkdir(parents=True)
        (self.out / "model.json").write_text("{}")
        status, _, said = self.run_main()
        self.assertEqual(status, 1)
        self.assertIn("is there already", said)
        self.assertEqual((self.out / "model.json").read_text(), "{}")


@contextlib.contextmanager
def files_up_to(most_bytes: int) -> Iterator[None]:
    """A disk with no room for a file above it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def kill_before_rename(command: Sequence[str]) -> None:
    """Starts `python -m importing COMMAND` and kills it when all is written and nothing is in its place yet."""
    program = [sys.executable, "-c", HELD_BEFORE_RENAME, *command]
    process = subprocess.Popen(program, cwd=IMPORTERS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    is_held = any(line == "held\n" for line in process.stdout)
    process.kill()
    _, said = process.communicate()
    assert is_held, said
