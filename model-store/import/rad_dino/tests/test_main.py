from __future__ import annotations

import json
import unittest
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from importing.tests import refusals

from ..preprocessor import FILE
from ..seeded import MEAN, as_state, preprocessor_config
from .sizes import SMALL, small_rad_dino


class RadDinoRefusals(refusals.Refusals):
    system = "rad_dino"
    key = "encoder.layer.0.attention.attention.query.weight"

    @classmethod
    def content(cls) -> dict[str, Any]:
        return as_state(small_rad_dino())

    @classmethod
    def state(cls, content: dict[str, Any]) -> dict[str, Any]:
        return content

    @classmethod
    def write_beside(cls, folder: Path) -> list[str]:
        (folder / FILE).write_text(json.dumps(preprocessor_config(SMALL.side)))
        (folder / "plan.json").write_text(json.dumps(asdict(SMALL)))
        return ["--preprocessor", str(folder / FILE), "--plan", str(folder / "plan.json")]

    def test_without_a_preprocessor_nothing_is_guessed(self) -> None:
        torch.save(self.good, self.checkpoint)
        self.arguments = self.arguments[2:]
        self.assert_refused(f"{FILE} is not there; say --preprocessor")

    def test_the_preprocessor_beside_the_checkpoint_is_read_and_said(self) -> None:
        torch.save(self.good, self.checkpoint)
        (self.folder / FILE).write_text((self.beside / FILE).read_text())
        self.arguments = self.arguments[2:]
        status, said, refused = self.run_main()
        self.assertEqual(status, 0, refused)
        self.assertIn(f"mean {MEAN}", said)

    def test_a_preparation_that_is_not_done_here_is_refused(self) -> None:
        torch.save(self.good, self.checkpoint)
        path = self.folder / "store" / FILE
        path.parent.mkdir()
        path.write_text(json.dumps({**preprocessor_config(SMALL.side), "do_center_crop": False}))
        self.arguments = ["--preprocessor", str(path), *self.arguments[2:]]
        status, _, said = self.run_main()
        self.assertEqual(status, 1)
        self.assertIn("off: do_center_crop", said)
        self.assertFalse(self.out.exists())


if __name__ == "__main__":
    unittest.main()
