from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

import torch
from safetensors.torch import save_file

from importing import films
from importing.checkpoint import CheckpointError

from ..authors import authors_rows, compared, stated_rows
from ..checkpoint import read_rad_dino
from ..network import RadDino, RadDinoPlan
from ..pack import reference_of
from ..preprocessor import FILE, Preprocessor
from ..reference import Tower
from ..seeded import FACTOR, MEAN, STD, as_state, preprocessor_config
from .sizes import SMALL, small_rad_dino


class PublishedSize(unittest.TestCase):
    def test_as_many_parameters_as_the_published_file_and_37_by_37_cells(self) -> None:
        plan = RadDinoPlan()
        with torch.device("meta"):
            network = RadDino(plan)
            vectors, local = Tower(network)(torch.zeros(1, 3, plan.side, plan.side))
        # With the mask token's 768 they are 86 580 480: 346 MB in float32.
        self.assertEqual(sum(value.numel() for value in network.parameters()), 86_579_712)
        self.assertEqual(tuple(network.embeddings.position_embeddings.shape), (1, 1370, 768))
        self.assertEqual((tuple(vectors.shape), tuple(local.shape)), ((1, 768), (1, 768, 37, 37)))
        for key in (
            "embeddings.patch_embeddings.projection.weight", "encoder.layer.11.attention.attention.query.bias",
            "encoder.layer.11.attention.output.dense.weight", "encoder.layer.11.layer_scale2.lambda1", "layernorm.bias",
        ):
            self.assertIn(key, network.state_dict())


class Files(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)

    def test_safetensors_bin_and_parallel_files_are_read_alike(self) -> None:
        network = small_rad_dino()
        state = as_state(network)
        save_file(state, self.folder / "model.safetensors")
        torch.save(state, self.folder / "pytorch_model.bin")
        torch.save({"state_dict": {f"module.{key}": value for key, value in state.items()}}, self.folder / "parallel.pt")
        for name in ("model.safetensors", "pytorch_model.bin", "parallel.pt"):
            with self.subTest(name):
                read, fitting = read_rad_dino(self.folder / name, SMALL)
                self.assertEqual(list(fitting.ignored), ["embeddings.mask_token"])
                for key, value in network.state_dict().items():
                    self.assertTrue(torch.equal(read.state_dict()[key], value), key)

    def test_the_layout_of_dinov2s_own_repository_is_refused(self) -> None:
        torch.save({"pos_embed": torch.zeros(1, 17, 24), "blocks.0.attn.qkv.weight": torch.zeros(72, 24)}, self.folder / "backbone_compatible.pt")
        with self.assertRaisesRegex(CheckpointError, r"missing: encoder\.layer\.0[^$]*unexpected: blocks\.0\.attn\.qkv\.weight"):
            read_rad_dino(self.folder / "backbone_compatible.pt", SMALL)

    def test_positions_of_another_side_are_refused_and_not_interpolated(self) -> None:
        state = as_state(small_rad_dino())
        state["embeddings.position_embeddings"] = torch.zeros(1, 26, SMALL.width)
        save_file(state, self.folder / "model.safetensors")
        with self.assertRaisesRegex(CheckpointError, r"misshapen: embeddings.position_embeddings has \(1, 26, 24\), the network \(1, 17, 24\)"):
            read_rad_dino(self.folder / "model.safetensors", SMALL)

    def test_a_truncated_safetensors_file_is_refused(self) -> None:
        path = self.folder / "model.safetensors"
        save_file(as_state(small_rad_dino()), path)
        path.write_bytes(path.read_bytes()[:-100])
        with self.assertRaisesRegex(CheckpointError, "cannot be read"):
            read_rad_dino(path, SMALL)

    def test_transformers_gives_the_same_for_films_of_any_size(self) -> None:
        save_file(as_state(small_rad_dino(3)), self.folder / "model.safetensors")
        config = preprocessor_config(SMALL.side)
        # Odd margins on both sides of the middle, after a shorter side that is not the crop's.
        config["size"]["shortest_edge"] = 61
        (self.folder / FILE).write_text(json.dumps(config))
        drawn = [films.write(self.folder / f"{at}.png", films.draw(at, *size)) for at, size in enumerate([(300, 261), (97, 140), (56, 56), (40, 33)])]
        stated = stated_rows(self.folder, SMALL, drawn)
        worst, cosine = compared(stated, authors_rows(self.folder, SMALL, drawn))
        self.assertLess(worst, 1e-5)
        self.assertGreater(cosine, 0.99999)
        # The films are told apart, or the likeness would prove nothing.
        self.assertLess(float(torch.cosine_similarity(stated[0, 0], stated[1, 0], dim=0)), 0.9)


class Tokens(unittest.TestCase):
    def test_cells_are_the_patches_row_by_row_and_the_vector_is_the_class_token(self) -> None:
        network = small_rad_dino()
        framework = reference_of(network, Preprocessor(SMALL.side, SMALL.side, FACTOR, MEAN, STD))
        pixels = torch.randint(0, 256, (2, 3, SMALL.side, SMALL.side), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
        made = framework.image(pixels)
        with torch.no_grad():
            vectors, local = framework.image_graph(pixels)
            rows = network(framework.image_graph.prepared(pixels))
        self.assertTrue(torch.equal(made.cells, local) and torch.equal(made.vectors, vectors))
        self.assertTrue(torch.equal(local[1, 2, 1], rows[1, 1 + 2 * SMALL.grid + 1]))
        self.assertTrue(torch.equal(vectors, rows[:, 0]))


if __name__ == "__main__":
    unittest.main()
