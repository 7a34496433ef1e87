from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from importing import films
from importing.draft import PackError
from importing.wordpiece import wordpiece

from ..checkpoint import read_gloria
from ..manifest import gloria_sections
from ..network import Gloria, GloriaPlan
from ..pack import reference_of, reference_statistics
from ..reference import COMPAT, FIXED
from ..seeded import as_lightning, as_state, pieces
from .sizes import SMALL, small_gloria

TEXT = "stable tiny bilateral pleural effusion"


class PublishedSize(unittest.TestCase):
    def test_as_many_parameters_as_the_released_file_uses(self) -> None:
        with torch.device("meta"):
            network = Gloria(GloriaPlan())
        # 134.2 million with BERT's pooler, which holds 590,592 and is not called.
        self.assertEqual(sum(value.numel() for value in network.parameters()) + 590_592, 134_178_368)
        keys = set(network.state_dict())
        for key in ("img_encoder.model.layer3.5.bn3.running_var", "img_encoder.local_embedder.weight", "text_encoder.model.encoder.layer.11.output.dense.weight"):
            self.assertIn(key, keys)

    def test_the_grid_is_19_by_19(self) -> None:
        with torch.device("meta"):
            vectors, cells = Gloria(GloriaPlan()).img_encoder(torch.zeros(1, 3, 299, 299))
        self.assertEqual((tuple(vectors.shape), tuple(cells.shape)), ((1, 768), (1, 768, 19, 19)))


class Layouts(unittest.TestCase):
    def test_lightning_benchx_and_bare_files_are_read_alike(self) -> None:
        network = small_gloria()
        state = as_state(network)
        layouts = {
            "lightning": as_lightning(network), "benchx": {"model": state, "optimizer": {"lr": 1e-5}}, "bare": state,
            "without prefix": {key.removeprefix("gloria."): value for key, value in state.items()},
            "parallel": {"state_dict": {f"module.{key}": value for key, value in state.items()}},
        }
        with tempfile.TemporaryDirectory() as folder:
            for name, content in layouts.items():
                with self.subTest(name):
                    path = Path(folder) / "file.pth"
                    torch.save(content, path)
                    read, fitting = read_gloria(path, SMALL)
                    self.assertEqual(len(fitting.ignored), 3)
                    for key, value in network.state_dict().items():
                        self.assertTrue(torch.equal(read.state_dict()[key], value), key)


class Scores(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.network = small_gloria()
        tokenizer = wordpiece(pieces(SMALL.bert.vocabulary))
        cls.fixed, cls.compat = (reference_of(cls.network, tokenizer, mode) for mode in (FIXED, COMPAT))
        film = torch.from_numpy(films.draw(3, SMALL.side, SMALL.side))[None, None]
        cls.image = cls.fixed.image(film)
        cls.cells = cls.image.cells[0].flatten(0, 1)

    def test_fixed_reads_the_words_with_cls_and_without_sep(self) -> None:
        made = self.fixed.text(TEXT)
        self.assertEqual(made.labels, ["[CLS]", *TEXT.split()])
        self.assertEqual(len(made.words), 6)

    def test_compat_reads_as_many_columns_as_characters(self) -> None:
        made = self.compat.text(f" {TEXT}[")
        self.assertEqual(len(made.words), len(TEXT) + 1)
        self.assertEqual(made.labels[:7], [*TEXT.split(), "[SEP]", ""])
        self.assertEqual(float(made.words[6:].abs().max()), 0)
        self.assertGreater(float(made.words[5].abs().max()), 0)

    def test_the_modes_differ_and_agree_on_the_global_vector(self) -> None:
        fixed, compat = self.fixed.text(TEXT), self.compat.text(TEXT)
        self.assertTrue(torch.equal(fixed.vector, compat.vector))
        self.assertGreater(abs(self.fixed.zero_shot_local(self.cells, fixed.words) - self.compat.local_score(self.cells, compat.words)), 0.01)

    def test_a_single_word_is_read_as_it_is_but_empty_in_compat(self) -> None:
        self.assertGreater(len(self.fixed.text("edema").ids), 2)
        self.assertEqual(len(self.compat.text("edema").ids), 2)

    def test_weights_behave(self) -> None:
        others = [self.fixed.image(torch.from_numpy(films.draw(seed, SMALL.side, SMALL.side))[None, None]) for seed in (11, 12)]
        cosine = torch.nn.functional.cosine_similarity(others[0].vectors, others[1].vectors)
        self.assertLess(float(cosine), 0.99)
        scores = [self.fixed.zero_shot_local(image.cells[0].flatten(0, 1), self.fixed.text(TEXT).words) for image in others]
        self.assertGreater(abs(scores[0] - scores[1]), 0.01)

    def test_reference_statistics_are_of_the_films_given(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            paths = [films.write(Path(folder) / f"{seed}.png", films.draw(seed, 80 + seed, 90)) for seed in (1, 2, 3)]
            found = reference_statistics(self.compat, paths)
            with self.assertRaisesRegex(PackError, "2 films or more"):
                reference_statistics(self.compat, paths[:1])
        self.assertEqual(list(found), ["Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Pleural Effusion"])
        self.assertTrue(all(std > 0 and np.isfinite(mean) for mean, std in found.values()))
        made = gloria_sections(SMALL, COMPAT, found)["zero_shot"]["sets"]["chexpert5"]
        self.assertEqual(made["class_norm"], "zscore-reference")
        self.assertEqual(made["classes"][3]["reference"], {"mean": found["Edema"][0], "std": found["Edema"][1]})


if __name__ == "__main__":
    unittest.main()
