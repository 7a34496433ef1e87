from __future__ import annotations

import json
import unittest
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gloria.seeded import pieces
from importing.tests import refusals

from ..network import VIT
from ..seeded import as_lightning
from .sizes import SMALL, small_mgca


class MgcaRefusals(refusals.Refusals):
    system = "mgca"
    key = "img_encoder_q.global_embed.head.0.weight"

    @classmethod
    def content(cls) -> dict[str, Any]:
        return as_lightning(small_mgca(VIT))

    @classmethod
    def state(cls, content: dict[str, Any]) -> dict[str, Any]:
        return content["state_dict"]

    @classmethod
    def write_beside(cls, folder: Path) -> list[str]:
        (folder / "vocab.txt").write_text("\n".join(pieces(SMALL.bert.vocabulary)) + "\n")
        (folder / "plan.json").write_text(json.dumps(asdict(SMALL)))
        return ["--vocabulary", str(folder / "vocab.txt"), "--plan", str(folder / "plan.json")]


if __name__ == "__main__":
    unittest.main()
