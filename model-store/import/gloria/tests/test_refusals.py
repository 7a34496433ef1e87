from __future__ import annotations

import json
import unittest
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from importing.tests import refusals

from ..seeded import as_lightning, pieces
from .sizes import SMALL, small_gloria


class GloriaRefusals(refusals.Refusals):
    system = "gloria"
    key = "gloria.img_encoder.global_embedder.weight"

    @classmethod
    def content(cls) -> dict[str, Any]:
        return as_lightning(small_gloria())

    @classmethod
    def state(cls, content: dict[str, Any]) -> dict[str, Any]:
        return content["state_dict"]

    @classmethod
    def write_beside(cls, folder: Path) -> list[str]:
        return write_beside(folder)

    # The next two stand for every two-tower system: the code that writes their packs is the same.

    def test_a_full_disk_leaves_nothing(self) -> None:
        torch.save(self.good, self.checkpoint)
        # The goldens' films fit, a graph does not.
        with refusals.files_up_to(20_000):
            self.assert_refused("gloria: ", "File too large")

    def test_an_import_killed_half_way_leaves_no_pack_and_the_next_one_succeeds(self) -> None:
        torch.save(self.good, self.checkpoint)
        refusals.kill_before_rename(self.command())
        self.assertFalse(self.out.exists())
        self.assertEqual([path for path in self.out.parent.iterdir() if not path.name.startswith(".")], [])
        status, _, said = self.run_main()
        self.assertEqual(status, 0, said)
        self.assertEqual([path.name for path in self.out.parent.iterdir()], ["1.0.0"])


def write_beside(folder: Path) -> list[str]:
    (folder / "vocab.txt").write_text("\n".join(pieces(SMALL.bert.vocabulary)) + "\n")
    (folder / "plan.json").write_text(json.dumps(asdict(SMALL)))
    return ["--vocabulary", str(folder / "vocab.txt"), "--plan", str(folder / "plan.json")]


if __name__ == "__main__":
    unittest.main()
