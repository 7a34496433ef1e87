from __future__ import annotations

import os
import unittest

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from transformers import SwinConfig, SwinModel

from importing.keys import fit
from importing.seeded import draw_weights

from ..swin import POSITION_INDEX, Swin, SwinPlan, windows, whole
from .sizes import SMALL


RENAMED = {
    "attention.q_proj": "attention.self.query", "attention.k_proj": "attention.self.key", "attention.v_proj": "attention.self.value",
    "attention.o_proj": "attention.output.dense", "mlp.fc1": "intermediate.dense", "mlp.fc2": "output.dense",
    "attention.relative_position_bias.": "attention.self.",
}
"""What transformers 5 calls the parts that it called otherwise when the checkpoints were written."""


def written(key: str) -> str:
    for new, old in RENAMED.items():
        key = key.replace(new, old)
    return key


class AsTransformers(unittest.TestCase):
    """Another implementation."""

    def theirs(self, plan: SwinPlan) -> SwinModel:
        config = SwinConfig(
            image_size=plan.side, patch_size=plan.patch, window_size=plan.window, embed_dim=plan.width, depths=list(plan.depths),
            num_heads=list(plan.heads), mlp_ratio=float(plan.mlp_ratio), attn_implementation="eager",
        )
        network = SwinModel(config).eval()
        draw_weights(network, 3)
        return network

    def compare(self, plan: SwinPlan) -> None:
        theirs = self.theirs(plan)
        ours = Swin(plan)
        fit(ours, {written(key): value for key, value in theirs.state_dict().items()}, (POSITION_INDEX,))
        images = torch.randn(3, 3, plan.side, plan.side, generator=torch.Generator().manual_seed(1))
        with torch.no_grad():
            expected = theirs(images).pooler_output
            found = ours(images)
        self.assertGreater(float((expected[0] - expected[1]).abs().max()), 0.1)
        self.assertLess(float((found - expected).abs().max()), 1e-5)

    def test_shifted_windows_and_a_last_stage_of_one(self) -> None:
        self.compare(SMALL.swin)

    def test_windows_of_an_odd_side(self) -> None:
        self.compare(SwinPlan(side=56, patch=2, window=7, width=8, depths=(2, 2), heads=(2, 2)))


class Windows(unittest.TestCase):
    def test_cut_and_put_together(self) -> None:
        cells = torch.randn(2, 8, 8, 3)
        cut = windows(cells, 4)
        self.assertEqual(tuple(cut.shape), (2, 4, 16, 3))
        self.assertTrue(torch.equal(cut[:, 1, 0], cells[:, 0, 4]))
        self.assertTrue(torch.equal(whole(cut, 8), cells))

    def test_sides_that_are_no_whole_windows_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "16 cells are no whole windows of 7"):
            Swin(SwinPlan(side=64, window=7))


if __name__ == "__main__":
    unittest.main()
