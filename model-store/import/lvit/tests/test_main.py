from __future__ import annotations

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import torch

from ..__main__ import main
from ..seeded import as_checkpoint
from .sizes import small_network


class Main(unittest.TestCase):
    def test_says_what_does_not_fit_ends_with_1_and_writes_nothing(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            checkpoint, out = folder / "best_model-LViT.pth.tar", folder / "store" / "1.0.0"
            torch.save(as_checkpoint(small_network()), checkpoint)
            said = io.StringIO()
            with contextlib.redirect_stderr(said):
                status = main(["--checkpoint", str(checkpoint), "--bert", str(folder), "--out", str(out)])
            self.assertEqual(status, 1)
            self.assertIn("misshapen: downVit.CTBN3.conv.weight has (4, 10, 3), the network (196, 10, 3)", said.getvalue())
            self.assertEqual([path.name for path in folder.iterdir()], [checkpoint.name])


if __name__ == "__main__":
    unittest.main()
