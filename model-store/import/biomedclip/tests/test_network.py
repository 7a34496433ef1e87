from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import torch
from safetensors.torch import save_file

from importing import films
from importing.checkpoint import CheckpointError
from importing.wordpiece import wordpiece

from ..checkpoint import read_biomedclip
from ..manifest import biomedclip_sections, prompts
from ..network import BiomedClip, BiomedClipPlan
from ..pack import reference_of
from ..seeded import as_state, pieces
from .sizes import SMALL, small_biomedclip


class PublishedSize(unittest.TestCase):
    def test_as_many_parameters_as_the_released_file(self) -> None:
        with torch.device("meta"):
            network = BiomedClip(BiomedClipPlan())
        # 85.8 million of the ViT, 108.9 of BERT without its pooler, and the projections: 784 MB in float32.
        self.assertEqual(sum(value.numel() for value in network.parameters()), 195_902_721)
        keys = set(network.state_dict())
        for key in (
            "visual.trunk.patch_embed.proj.weight", "visual.trunk.blocks.11.attn.qkv.bias", "visual.head.proj.weight",
            "text.transformer.encoder.layer.11.output.LayerNorm.weight", "text.proj.0.weight", "text.proj.2.weight", "logit_scale",
        ):
            self.assertIn(key, keys)


class Layouts(unittest.TestCase):
    def test_bin_safetensors_and_wrapped_files_are_read_alike(self) -> None:
        network = small_biomedclip()
        state = as_state(network)
        contents = {"a.bin": state, "b.pt": {"state_dict": {f"module.{key}": value for key, value in state.items()}}}
        with tempfile.TemporaryDirectory() as folder:
            for name, content in contents.items():
                torch.save(content, Path(folder) / name)
            save_file(state, Path(folder) / "c.safetensors")
            for name in (*contents, "c.safetensors"):
                with self.subTest(name):
                    read, fitting = read_biomedclip(Path(folder) / name, SMALL)
                    self.assertEqual(list(fitting.ignored), ["text.transformer.embeddings.position_ids"])
                    for key, value in network.state_dict().items():
                        self.assertTrue(torch.equal(read.state_dict()[key], value), key)

    def test_a_truncated_safetensors_file_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "open_clip_model.safetensors"
            save_file(as_state(small_biomedclip()), path)
            path.write_bytes(path.read_bytes()[:-100])
            with self.assertRaisesRegex(CheckpointError, "cannot be read"):
                read_biomedclip(path, SMALL)


class Scores(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.framework = reference_of(small_biomedclip(), wordpiece(pieces(SMALL.bert.vocabulary)))

    def test_the_scale_of_the_checkpoint_is_in_the_manifest(self) -> None:
        self.assertAlmostEqual(biomedclip_sections(SMALL, self.framework.scale)["score"]["scale"], 85, places=3)

    def test_a_long_text_keeps_its_last_piece(self) -> None:
        ids = self.framework.text("photo of " * 90).ids
        self.assertEqual((len(ids), ids[-1]), (SMALL.max_length, 3))

    def test_films_and_texts_are_told_apart(self) -> None:
        side = SMALL.vit.side
        images = [self.framework.image(torch.from_numpy(films.draw(seed, side, side)).expand(1, 3, side, side)) for seed in (11, 12)]
        self.assertLess(float(torch.cosine_similarity(images[0].vectors, images[1].vectors)), 0.9)
        classes = {label: [self.framework.text(text) for text in texts] for label, texts in prompts().items()}
        shares = [self.framework.class_scores(image, classes) for image in images]
        self.assertAlmostEqual(sum(shares[0].values()), 1, places=5)
        self.assertGreater(max(abs(shares[0][label] - shares[1][label]) for label in classes), 0.01)


if __name__ == "__main__":
    unittest.main()
