from __future__ import annotations

import json
import unittest
from dataclasses import asdict
from pathlib import Path
from typing import Any

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


def write_beside(folder: Path) -> list[str]:
    (folder / "vocab.txt").write_text("\n".join(pieces(SMALL.bert.vocabulary)) + "\n")
    (folder / "plan.json").write_text(json.dumps(asdict(SMALL)))
    return ["--vocabulary", str(folder / "vocab.txt"), "--plan", str(folder / "plan.json")]


if __name__ == "__main__":
    unittest.main()
