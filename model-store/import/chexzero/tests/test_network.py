from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import torch

from importing import films
from importing.clip_bpe import read_clip_bpe

from ..checkpoint import read_chexzero
from ..manifest import chexzero_sections, prompts
from ..network import CheXzeroPlan, Clip
from ..pack import reference_of
from ..seeded import as_state, write_merges
from .sizes import SMALL, small_chexzero


class PublishedSize(unittest.TestCase):
    def test_as_many_parameters_as_clip_vit_b_32(self) -> None:
        with torch.device("meta"):
            network = Clip(CheXzeroPlan())
        self.assertEqual(sum(value.numel() for value in network.parameters()), 151_277_313)
        keys = set(network.state_dict())
        for key in ("visual.conv1.weight", "visual.transformer.resblocks.11.attn.in_proj_weight", "transformer.resblocks.11.mlp.c_fc.bias", "text_projection"):
            self.assertIn(key, keys)


class Layouts(unittest.TestCase):
    def test_half_precision_with_sizes_is_read_as_the_full_one(self) -> None:
        network = small_chexzero()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ViT-B-32.pt"
            torch.save(as_state(network, is_half=True), path)
            read, fitting = read_chexzero(path, SMALL)
        self.assertEqual(set(fitting.ignored), {"input_resolution", "context_length", "vocab_size"})
        self.assertEqual(fitting.upcast, len(network.state_dict()))
        for key, value in network.state_dict().items():
            self.assertTrue(torch.equal(read.state_dict()[key], value.half().float()), key)


class Scores(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory() as folder:
            merges = write_merges(Path(folder) / "merges.gz", SMALL.text.vocabulary)
            cls.framework = reference_of(small_chexzero(), read_clip_bpe(merges, SMALL.text.vocabulary))

    def test_words_of_the_labels_are_spelled_in_fewer_pieces(self) -> None:
        tokens = self.framework.tokenizer.encode("EDEMA it's").tokens
        self.assertEqual((tokens[0], tokens[1], tokens[-1]), ("<|startoftext|>", "edema</w>", "<|endoftext|>"))
        self.assertEqual(tokens[2:-1], ["i", "t</w>", "'", "s</w>"])

    def test_a_long_text_keeps_its_end(self) -> None:
        ids = self.framework.text("zq " * 90).ids
        self.assertEqual((len(ids), ids[-1]), (77, SMALL.text.vocabulary - 1))

    def test_scores_are_not_scaled(self) -> None:
        side = SMALL.canvas
        image = self.framework.image(torch.from_numpy(films.draw(11, side, side))[None, None])
        classes = {label: [self.framework.text(text) for text in texts] for label, texts in prompts().items()}
        scores = self.framework.class_scores(image, classes)
        # Cosines differ by 2 at most: the sigmoid of that.
        self.assertTrue(all(0.119 < score < 0.881 for score in scores.values()))
        self.assertGreater(max(scores.values()) - min(scores.values()), 1e-3)
        self.assertEqual(chexzero_sections(SMALL)["score"]["scale"], 1)

    def test_films_are_read_as_bytes(self) -> None:
        bright = self.framework.image_graph.prepared(torch.full((1, 1, 2, 2), 255, dtype=torch.uint8))
        self.assertAlmostEqual(float(bright[0, 0, 0, 0]), (255 - 101.48761) / 83.43944, places=5)


if __name__ == "__main__":
    unittest.main()
