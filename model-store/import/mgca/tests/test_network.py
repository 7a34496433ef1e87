from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import torch

from gloria.seeded import pieces
from importing import films
from importing.checkpoint import CheckpointError
from importing.wordpiece import wordpiece

from ..checkpoint import read_mgca
from ..network import RESNET, TOWERS, VIT, Mgca, MgcaPlan
from ..pack import reference_of
from ..reference import COMPAT, FIXED
from ..seeded import as_lightning, as_state
from .sizes import SMALL, small_mgca

TEXT = "stable tiny bilateral pleural effusion"
BERT = "text_encoder_q.model."


class PublishedSize(unittest.TestCase):
    def test_as_many_parameters_as_the_released_files_use(self) -> None:
        for tower, millions in ((VIT, 158.4), (RESNET, 99.2)):
            with self.subTest(tower), torch.device("meta"):
                count = sum(value.numel() for value in Mgca(MgcaPlan(), tower).parameters())
                self.assertAlmostEqual(count / 1e6, millions, delta=0.15)

    def test_grids_and_key_names(self) -> None:
        for tower, side, cells in ((VIT, 224, 14), (RESNET, 299, 19)):
            with self.subTest(tower), torch.device("meta"):
                network = Mgca(MgcaPlan(), tower)
                vectors, grid = network.img_encoder_q.eval()(torch.zeros(1, 3, side, side))
                self.assertEqual((tuple(vectors.shape), tuple(grid.shape)), ((1, 128), (1, 128, cells, cells)))
                keys = network.state_dict()
                for key in ("img_encoder_q.global_embed.head.4.running_var", f"{BERT}encoder.layer.5.output.dense.weight", "prototype_layer.weight"):
                    self.assertIn(key, keys)
                self.assertEqual(keys["img_encoder_q.local_embed.head.0.weight"].shape[2:], (1,))
        self.assertNotIn(f"{BERT}embeddings.token_type_embeddings.weight", keys)


class Files(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.path = Path(kept.name) / "vit_base.ckpt"

    def refused(self, says: str, **changes: torch.Tensor) -> None:
        torch.save({**as_state(small_mgca(VIT)), **changes}, self.path)
        with self.assertRaisesRegex(CheckpointError, says):
            read_mgca(self.path, SMALL)

    def test_lightning_wrapped_and_bare_files_of_both_towers(self) -> None:
        for tower in TOWERS:
            network = small_mgca(tower)
            state = as_state(network)
            parallel = {f"module.{key}": value for key, value in state.items()}
            for name, content in {"lightning": as_lightning(network), "bare": state, "parallel": {"model": parallel}}.items():
                with self.subTest(f"{tower}, {name}"):
                    torch.save(content, self.path)
                    read, fitting = read_mgca(self.path, SMALL)
                    self.assertEqual((read.tower, len(fitting.ignored)), (tower, 1 + 3 * 10 + 8))
                    for key, value in network.state_dict().items():
                        self.assertTrue(torch.equal(read.state_dict()[key], value), key)

    def test_a_text_tower_that_was_not_cut(self) -> None:
        self.refused(rf"unexpected: {BERT}encoder.layer.3.output.dense.bias", **{f"{BERT}encoder.layer.3.output.dense.bias": torch.zeros(24)})

    def test_a_text_tower_with_token_types(self) -> None:
        key = f"{BERT}embeddings.token_type_embeddings.weight"
        self.refused(f"unexpected: {key}", **{key: torch.zeros(2, 24)})

    def test_a_vit_of_another_grid(self) -> None:
        key = "img_encoder_q.model.pos_embed"
        self.refused(rf"misshapen: {key} has \(1, 577, 24\)", **{key: torch.zeros(1, 577, 24)})

    def test_other_prototypes(self) -> None:
        self.refused(r"misshapen: prototype_layer.weight has \(500, 16\)", **{"prototype_layer.weight": torch.zeros(500, 16)})

    def test_a_cross_attention_elsewhere_is_not_ignored(self) -> None:
        self.refused("unexpected: img_encoder_q.model.crossattention.weight", **{"img_encoder_q.model.crossattention.weight": torch.zeros(1)})


class Framework(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.network = small_mgca(RESNET)
        tokenizer = wordpiece(pieces(SMALL.bert.vocabulary))
        cls.fixed, cls.compat = (reference_of(cls.network, tokenizer, mode) for mode in (FIXED, COMPAT))
        cls.image = cls.fixed.image(torch.from_numpy(films.draw(3, SMALL.side, SMALL.side))[None, None])
        cls.cells = cls.image.cells[0].flatten(0, 1)

    def test_the_modes_agree_on_vectors_and_differ_in_what_a_word_counts(self) -> None:
        fixed, compat = self.fixed.text(TEXT), self.compat.text(TEXT)
        self.assertTrue(torch.equal(fixed.vector, compat.vector))
        self.assertEqual((fixed.labels, compat.labels), (TEXT.split(), [*TEXT.split(), "[SEP]"]))
        torch.testing.assert_close(fixed.words, compat.words[:-1])
        self.assertAlmostEqual(float(fixed.weights.sum()), 1, places=5)
        self.assertEqual(float(compat.weights[-1]), 0)
        self.assertGreater(float((fixed.weights - compat.weights[:-1]).abs().max()), 0.01)
        scores = self.fixed.weighted_score(self.cells, fixed), self.compat.weighted_score(self.cells, compat)
        self.assertGreater(abs(scores[0] - scores[1]), 1e-3)

    def test_what_cls_sees_is_the_attention_of_the_last_layer(self) -> None:
        ids = torch.arange(4, 12)[None]
        mask = torch.tensor([[1] * 6 + [0] * 2])
        tower = self.network.text_encoder_q
        with torch.no_grad():
            _, seen = tower(ids, mask)
        torch.testing.assert_close(seen.sum(1), torch.ones(1))
        self.assertEqual(float(seen[0, 6:].abs().max()), 0)
        self.assertGreater(float(seen[0, :6].std()), 0.01)

    def test_the_order_of_words_changes_no_vector(self) -> None:
        turned = " ".join(reversed(TEXT.split()))
        self.assertNotEqual(self.fixed.text(turned).ids, self.fixed.text(TEXT).ids)
        torch.testing.assert_close(self.fixed.text(turned).vector, self.fixed.text(TEXT).vector)
        self.assertGreater(float((self.fixed.text("stable tiny effusion").vector - self.fixed.text(TEXT).vector).abs().max()), 0.01)

    def test_shares_of_prototypes_add_up_to_one_whatever_the_length_of_their_rows(self) -> None:
        with torch.no_grad():
            before = self.fixed.shares(self.image.vectors)
            self.network.prototype_layer.weight.mul_(3)
            after = self.fixed.shares(self.image.vectors)
            self.network.prototype_layer.weight.div_(3)
        torch.testing.assert_close(before.sum(1), torch.ones(1))
        torch.testing.assert_close(after, before)


if __name__ == "__main__":
    unittest.main()
