from __future__ import annotations

import tempfile
import unittest
from dataclasses import asdict, replace
from pathlib import Path

import torch
from importing.checkpoint import CheckpointError
from importing.wordpiece import wordpiece

from gloria.seeded import pieces

from ..__main__ import PLANS
from ..checkpoint import read_biovil
from ..network import Biovil
from ..pack import reference_of
from ..seeded import image_state, text_state
from .sizes import small_biovil, small_plan

VARIANTS = ("biovil-t", "biovil")


class Files(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.image, self.text = Path(kept.name) / "image.pt", Path(kept.name) / "pytorch_model.bin"

    def save(self, network: Biovil) -> None:
        torch.save(image_state(network), self.image)
        torch.save(text_state(network), self.text)

    def test_both_files_are_read_and_what_no_vector_needs_is_ignored_with_the_reason(self) -> None:
        for variant in VARIANTS:
            with self.subTest(variant):
                network = small_biovil(variant)
                self.save(network)
                read, fits = read_biovil(self.image, self.text, small_plan(variant))
                for key, value in network.state_dict().items():
                    self.assertTrue(torch.equal(read.state_dict()[key], value), key)
                self.assertIn("ImageNet", fits["image"].ignored["encoder.encoder.fc.weight"])
                self.assertEqual("encoder.vit_pooler.type_embed" in fits["image"].ignored, variant == "biovil-t")
                self.assertIn("masked words", fits["text"].ignored["cls.predictions.decoder.weight"])

    def test_one_variant_s_file_is_not_the_other_s(self) -> None:
        self.save(small_biovil("biovil-t"))
        with self.assertRaisesRegex(CheckpointError, "unexpected: encoder.backbone_to_vit.weight"):
            read_biovil(self.image, self.text, small_plan("biovil"))
        self.save(small_biovil("biovil"))
        with self.assertRaisesRegex(CheckpointError, "missing: encoder.missing_previous_emb"):
            read_biovil(self.image, self.text, small_plan("biovil-t"))

    def test_a_text_file_that_does_not_fit_is_refused_by_its_own_keys(self) -> None:
        network = small_biovil("biovil-t")
        self.save(network)
        torch.save({**text_state(network), "cls_projection_head.dense_to_output.weight": torch.zeros(3, 3)}, self.text)
        with self.assertRaisesRegex(CheckpointError, r"CXR-BERT(.|\n)*misshapen: cls_projection_head\.dense_to_output\.weight"):
            read_biovil(self.image, self.text, small_plan("biovil-t"))


class Towers(unittest.TestCase):
    def setUp(self) -> None:
        self.enterContext(torch.no_grad())

    def test_the_published_grids_are_14_and_15_cells_wide(self) -> None:
        for variant, grid in (("biovil-t", 14), ("biovil", 15)):
            with torch.device("meta"):
                vectors, cells = Biovil(PLANS[variant]).image(torch.zeros(1, 3, PLANS[variant].side, PLANS[variant].side))
            self.assertEqual((tuple(vectors.shape), tuple(cells.shape)), ((1, 128), (1, 128, grid, grid)))

    def test_a_film_s_vector_is_the_mean_of_its_cells(self) -> None:
        vectors, cells = small_biovil("biovil-t").image(torch.rand(2, 3, 96, 96))
        torch.testing.assert_close(vectors, cells.flatten(2).mean(2))

    def test_the_vector_of_no_prior_film_counts(self) -> None:
        network, film = small_biovil("biovil-t"), torch.rand(1, 3, 96, 96)
        before = network.image(film)[0]
        network.image.encoder.missing_previous_emb.add_(1)
        self.assertGreater(float((network.image(film)[0] - before).abs().max()), 1e-3)

    def test_texts_lose_their_last_marks_alone_and_keep_their_length(self) -> None:
        network = small_biovil("biovil")
        reference = reference_of(network, wordpiece(pieces(network.plan.bert.vocabulary)))
        self.assertTrue(torch.equal(reference.text("mild edema!?.").vector, reference.text("mild edema").vector))
        self.assertFalse(torch.equal(reference.text("mild. edema").vector, reference.text("mild edema").vector))
        made = reference.text("edema " * 200)
        self.assertEqual((len(made.ids), made.ids[-1]), (network.plan.bert.positions, 3))
        self.assertEqual(made.labels, ["edema " * 200])

    def test_sizes_are_said_by_a_plan_whole(self) -> None:
        self.assertEqual(asdict(replace(PLANS["biovil-t"], still=0, side=480)), asdict(PLANS["biovil"]))


if __name__ == "__main__":
    unittest.main()
