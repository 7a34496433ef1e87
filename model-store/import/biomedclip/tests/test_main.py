from __future__ import annotations

import json
import unittest
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from importing.tests import refusals

from ..seeded import as_state, pieces
from .sizes import SMALL, small_biomedclip


class BiomedClipRefusals(refusals.Refusals):
    system = "biomedclip"
    key = "visual.head.proj.weight"

    @classmethod
    def content(cls) -> dict[str, Any]:
        return {"state_dict": as_state(small_biomedclip())}

    @classmethod
    def state(cls, content: dict[str, Any]) -> dict[str, Any]:
        return content["state_dict"]

    @classmethod
    def write_beside(cls, folder: Path) -> list[str]:
        (folder / "vocab.txt").write_text("\n".join(pieces(SMALL.bert.vocabulary)) + "\n")
        (folder / "plan.json").write_text(json.dumps(asdict(SMALL)))
        return ["--vocabulary", str(folder / "vocab.txt"), "--plan", str(folder / "plan.json")]

    def test_a_scale_that_was_never_trained_is_refused(self) -> None:
        self.state(self.changed)["logit_scale"] = torch.tensor(85.0)
        torch.save(self.changed, self.checkpoint)
        self.assert_refused("no scale: exp(logit_scale) is 8.22e+36")

    def test_the_vocabulary_of_another_bert(self) -> None:
        torch.save(self.good, self.checkpoint)
        short = self.folder / "store" / "vocab.txt"
        short.parent.mkdir()
        short.write_text("\n".join(pieces(SMALL.bert.vocabulary - 1)))
        self.arguments = ["--vocabulary", str(short), *self.arguments[2:]]
        status, _, said = self.run_main()
        self.assertEqual(status, 1)
        self.assertIn("vocab.txt has 199 pieces, the checkpoint 200", said)
        self.assertFalse(self.out.exists())


if __name__ == "__main__":
    unittest.main()
