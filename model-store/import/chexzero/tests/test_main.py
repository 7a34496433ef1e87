from __future__ import annotations

import gzip
import json
import unittest
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from importing.tests import refusals

from ..seeded import as_state, write_merges
from .sizes import SMALL, small_chexzero


class CheXzeroRefusals(refusals.Refusals):
    system = "chexzero"
    key = "visual.proj"

    @classmethod
    def content(cls) -> dict[str, Any]:
        return {"state_dict": as_state(small_chexzero())}

    @classmethod
    def state(cls, content: dict[str, Any]) -> dict[str, Any]:
        return content["state_dict"]

    @classmethod
    def write_beside(cls, folder: Path) -> list[str]:
        merges = write_merges(folder / "bpe_simple_vocab_16e6.txt.gz", SMALL.text.vocabulary)
        (folder / "plan.json").write_text(json.dumps(asdict(SMALL)))
        return ["--merges", str(merges), "--plan", str(folder / "plan.json")]

    def refused_merges(self, data: bytes) -> str:
        torch.save(self.good, self.checkpoint)
        path = self.folder / "merges.gz"
        path.write_bytes(data)
        self.arguments = ["--merges", str(path), *self.arguments[2:]]
        status, _, said = self.run_main()
        self.assertEqual(status, 1)
        self.assertFalse(self.out.exists())
        return said

    def test_too_few_merges(self) -> None:
        self.assertIn("merges.gz has 1 merges, the checkpoint needs 86", self.refused_merges(gzip.compress(b"#version\na b\n")))

    def test_merges_that_are_cut_off(self) -> None:
        whole = (self.beside / "bpe_simple_vocab_16e6.txt.gz").read_bytes()
        self.assertIn("merges.gz is cut off", self.refused_merges(whole[:-20]))

    def test_merges_that_unpack_to_far_more_than_they_say(self) -> None:
        self.assertIn("unpacks to more than 16777216 bytes", self.refused_merges(gzip.compress(bytes(2**25))))


if __name__ == "__main__":
    unittest.main()
