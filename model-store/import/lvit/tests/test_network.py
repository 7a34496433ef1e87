from __future__ import annotations

import json
import unittest
from pathlib import Path

import torch

from ..checkpoint import dead_keys, dead_parameters, declared_shapes
from ..network import LViT
from ..plan import LVitPlan
from .sizes import SMALL, small_network

PUBLISHED = json.loads((Path(__file__).parent / "published_shapes.json").read_text())


class PublishedSizes(unittest.TestCase):
    def test_state_dict_has_the_541_keys_and_shapes_of_the_released_network(self) -> None:
        shapes = {key: list(shape) for key, shape in declared_shapes(LVitPlan()).items()}
        self.assertEqual(len(shapes), 541)
        self.assertEqual(shapes, PUBLISHED)

    def test_152_parameters_of_10_025_312_values_are_dead_and_29_908_033_live(self) -> None:
        plan = LVitPlan()
        dead = dead_parameters(plan)
        self.assertEqual(len(dead), 152)
        self.assertEqual(sum(declared_shapes(plan)[key].numel() for key in dead), 10_025_312)
        with torch.device("meta"):
            self.assertEqual(sum(value.numel() for value in LViT(plan).parameters()), 29_908_033)


class Forward(unittest.TestCase):
    def setUp(self) -> None:
        self.network = small_network().eval()
        generator = torch.Generator().manual_seed(5)
        self.films = torch.rand(3, 3, SMALL.image_side, SMALL.image_side, generator=generator)
        self.words = torch.randn(3, SMALL.words, SMALL.text_dims, generator=generator)

    @torch.no_grad()
    def test_dead_tensors_change_nothing(self) -> None:
        before = self.network(self.films, self.words)
        for key in dead_keys(SMALL):
            self.network.state_dict()[key].fill_(float("nan") if self.network.state_dict()[key].is_floating_point() else -1)
        self.assertTrue(torch.equal(before, self.network(self.films, self.words)))

    @torch.no_grad()
    def test_every_live_tensor_changes_something(self) -> None:
        before = self.network(self.films, self.words)
        state = self.network.state_dict()
        for key in sorted(set(state) - dead_keys(SMALL)):
            if key.endswith("num_batches_tracked"):
                continue
            kept = state[key].clone()
            # Not a constant factor or shift: some of those are taken out again by the softmax.
            state[key].mul_(torch.linspace(0.2, 3, kept.numel()).reshape(kept.shape)).add_(0.3)
            with self.subTest(key):
                self.assertFalse(torch.equal(before, self.network(self.films, self.words)))
            state[key].copy_(kept)

    @torch.no_grad()
    def test_another_text_is_another_mask_and_rows_do_not_mix(self) -> None:
        together = self.network(self.films, self.words)
        self.assertEqual(together.shape, (3, 1, SMALL.image_side, SMALL.image_side))
        alone = self.network(self.films[1:2], self.words[1:2])
        torch.testing.assert_close(together[1:2], alone, atol=1e-5, rtol=0)
        other = self.network(self.films[1:2], self.words[2:3])
        self.assertGreater(float((other - alone).abs().max()), 0.05)


if __name__ == "__main__":
    unittest.main()
