from __future__ import annotations

import json
import unittest
from dataclasses import asdict
from pathlib import Path
from typing import Any

from importing.tests import refusals

from gloria.seeded import pieces

from ..seeded import as_checkpoint
from ..variants import VARIANTS
from .sizes import small_convirt, small_plan


class ConvirtRefusals(refusals.Refusals):
    system = "convirt"
    key = "vis_proj.0.weight"

    @classmethod
    def content(cls) -> dict[str, Any]:
        return as_checkpoint(small_convirt("benchx"), VARIANTS["benchx"])

    @classmethod
    def state(cls, content: dict[str, Any]) -> dict[str, Any]:
        return content["model"]

    @classmethod
    def write_beside(cls, folder: Path) -> list[str]:
        plan = small_plan("benchx")
        (folder / "vocab.txt").write_text("\n".join(pieces(plan.bert.vocabulary)) + "\n")
        (folder / "plan.json").write_text(json.dumps(asdict(plan)))
        return ["--vocabulary", str(folder / "vocab.txt"), "--plan", str(folder / "plan.json")]


if __name__ == "__main__":
    unittest.main()
