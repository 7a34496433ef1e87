from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import torch

from ...network import VisionTransformer
from ...seeded import as_state as whole_state
from ...seeded import random_refers
from ...tests.sizes import SMALL as WHOLE
from ..checkpoint import read_encoder
from ..pack import Tower, reference_of
from ..plan import EncoderPlan
from ..seeded import as_state
from .sizes import SMALL, small_encoder


class Layouts(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.path = Path(kept.name) / "refers_checkpoint.pth"

    def test_published_benchx_and_fine_tuned_files_are_read_alike(self) -> None:
        network = small_encoder()
        layouts = {
            "bare": (as_state(network), 0), "wrapped": ({"model": as_state(network)}, 0),
            "NIH": (as_state(network, 14), 2), "Shenzhen, parallel": ({f"module.{key}": value for key, value in as_state(network, 1).items()}, 2),
        }
        for name, (content, ignored) in layouts.items():
            with self.subTest(name):
                torch.save(content, self.path)
                read, fitting = read_encoder(self.path, SMALL.whole)
                self.assertEqual(len(fitting.ignored), ignored)
                for key, value in network.state_dict().items():
                    self.assertTrue(torch.equal(read.state_dict()[key], value), key)

    def test_the_tower_of_a_whole_pre_training_model_is_found(self) -> None:
        whole = random_refers(WHOLE, 3)
        torch.save({"model": whole_state(whole)}, self.path)
        read, fitting = read_encoder(self.path, WHOLE)
        self.assertTrue(all("pre-training" in reason for reason in fitting.ignored.values()))
        films = torch.rand(2, 3, WHOLE.image_side, WHOLE.image_side)
        with torch.no_grad():
            torch.testing.assert_close(read(films), whole.visual["vit"](films))


class Tokens(unittest.TestCase):
    def test_cells_are_the_patches_row_by_row_and_the_vector_is_the_class_token(self) -> None:
        network = small_encoder()
        films = torch.randint(0, 256, (2, 1, SMALL.side, SMALL.side), dtype=torch.uint8)
        made = reference_of(network, SMALL).image(films)
        with torch.no_grad():
            graph = reference_of(network, SMALL).image_graph
            vectors, local = graph(films)
            rows = network(graph.prepared(films))
        self.assertTrue(torch.equal(made.cells, local) and torch.equal(made.vectors, vectors))
        self.assertTrue(torch.equal(local[1, 2, 1], rows[1, 1 + 2 * SMALL.whole.grid + 1]))
        self.assertTrue(torch.equal(vectors, rows[:, 0]))

    def test_the_published_tower_has_86_million_parameters_and_14_by_14_cells(self) -> None:
        plan = EncoderPlan()
        with torch.device("meta"):
            network = VisionTransformer(plan.whole)
            _, local = Tower(network, plan)(torch.zeros(1, 3, plan.side, plan.side))
        self.assertEqual(sum(value.numel() for value in network.parameters()), 85_798_656)
        self.assertEqual(tuple(local.shape), (1, 768, 14, 14))


if __name__ == "__main__":
    unittest.main()
