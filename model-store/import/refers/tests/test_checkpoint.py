from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import torch

from ..checkpoint import CheckpointError, check, declared_shapes, network_from, read_state
from ..plan import RefersPlan
from ..seeded import as_state, random_refers
from .sizes import SMALL


class Checkpoint(unittest.TestCase):
    def setUp(self) -> None:
        self.state = as_state(random_refers(SMALL, 1))

    def fault(self, state: dict[str, object]) -> str:
        with self.assertRaises(CheckpointError) as caught:
            check(state, SMALL)
        return str(caught.exception)

    def test_the_published_sizes(self) -> None:
        shapes = declared_shapes(RefersPlan())
        self.assertEqual(tuple(shapes["visual.vit.transformer.embeddings.position_embeddings"]), (1, 197, 768))
        self.assertEqual(tuple(shapes["fusion.fc1.weight"]), (1, 2304))
        self.assertEqual(tuple(shapes["textual.visual_projection.weight"]), (1024, 768))
        self.assertEqual(tuple(shapes["textual.embedding.words.weight"]), (10_000, 1024))
        self.assertEqual(tuple(shapes["textual.embedding.positions.weight"]), (100, 1024))
        self.assertEqual(tuple(shapes["textual.transformer.layers.0.self_attn.in_proj_weight"]), (3072, 1024))
        self.assertEqual(tuple(shapes["textual.transformer.layers.0.multihead_attn.in_proj_weight"]), (3072, 1024))
        self.assertEqual(tuple(shapes["textual.transformer.layers.0.linear1.weight"]), (4096, 1024))
        self.assertEqual(tuple(shapes["textual.output.bias"]), (10_000,))

    def test_every_key_is_used_or_named_as_ignored(self) -> None:
        _, fitting = network_from(self.state, SMALL)
        self.assertEqual(set(fitting.used) | set(fitting.ignored), set(self.state))
        self.assertEqual({key.split(".")[0] for key in fitting.ignored}, {"contrastive_bert"})

    def test_everything_that_does_not_fit_is_named_at_once(self) -> None:
        state = {**self.state, "backward_textual.output.bias": torch.zeros(1), "fusion.fc1.bias": torch.zeros(2)}
        del state["fusion.fc2.weight"]
        state["textual.output.bias"] = torch.full_like(state["textual.output.bias"], float("nan"))
        fault = self.fault(state)
        self.assertIn("unexpected: backward_textual.output.bias", fault)
        self.assertIn("misshapen: fusion.fc1.bias", fault)
        self.assertIn("missing: fusion.fc2.weight", fault)
        self.assertIn("not finite: textual.output.bias", fault)

    def test_words_that_are_not_tied_are_refused(self) -> None:
        self.assertIn("not tied", self.fault({**self.state, "textual.output.weight": self.state["textual.output.weight"] + 1}))

    def test_a_bare_image_tower_is_refused(self) -> None:
        prefix = "visual.vit."
        bare = {key.removeprefix(prefix): value for key, value in self.state.items() if key.startswith(prefix)}
        self.assertIn("missing: textual.output.bias", self.fault(bare))

    def test_files_with_more_than_tensors_are_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "checkpoint.pth"
            torch.save({"model": {f"module.{key}": value for key, value in self.state.items()}}, path)
            self.assertEqual(set(read_state(path)), set(self.state))
            torch.save({"model": Path("anything")}, path)
            with self.assertRaises(CheckpointError):
                read_state(path)
            torch.save(torch.zeros(1), path)
            with self.assertRaises(CheckpointError):
                read_state(path)
