from __future__ import annotations

import unittest

import numpy as np
import onnxruntime
import torch
from torch.nn import functional as F

from importing.similarity import prototypes_graph, similarity_graph

from ..weights import clipped, of_words, shifted

PIECES = ["[CLS]", "small", "ef", "##fu", "##sion", "[SEP]"]
ATTENTION = torch.tensor([0.3, 0.1, 0.05, 0.15, 0.2, 0.2, 0.0, 0.0])


class Weights(unittest.TestCase):
    def test_a_word_counts_what_its_pieces_do(self) -> None:
        torch.testing.assert_close(of_words(ATTENTION, PIECES), torch.tensor([0.3, 0.1, 0.4, 0.2]))

    def test_compat_takes_the_weights_of_the_pieces_after(self) -> None:
        torch.testing.assert_close(shifted(ATTENTION, PIECES), torch.tensor([0.1, 0.05, 0.55, 0.0]))

    def test_compat_loses_the_end_of_a_text_that_fills_all_slots(self) -> None:
        torch.testing.assert_close(shifted(ATTENTION[:6], PIECES), torch.tensor([0.1, 0.05, 0.0, 0.0]))

    def test_clipping_leaves_zeros_out(self) -> None:
        made = clipped(torch.tensor([0.0, 1.0, 2.0, 3.0, 4.0, 10.0]))
        inner = torch.tensor([0.0, 1.4, 2.0, 3.0, 4.0, 7.6])
        torch.testing.assert_close(made, inner / inner.sum())
        torch.testing.assert_close(clipped(torch.zeros(4)), torch.full((4,), 0.25))


class Graphs(unittest.TestCase):
    def test_the_weighted_mean_beside_loops(self) -> None:
        random = np.random.default_rng(1)
        cells, words = random.normal(size=(2, 9, 5)).astype(np.float32), random.normal(size=(3, 4, 5)).astype(np.float32)
        mask = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 0, 0]], np.float32)
        weights = random.random((3, 4)).astype(np.float32)
        session = onnxruntime.InferenceSession(similarity_graph("mgca-weighted").SerializeToString())
        scalars = {name: np.array(value, np.float32) for name, value in (("temp_attention", 0.1), ("temp_words", 1), ("temp_score", 1))}
        feeds = {"cells": cells, "words": words, "word_mask": mask, "word_weights": weights, **scalars}
        found, mean = session.run(["score_weighted_mean", "score_mean"], feeds)
        for image in range(2):
            unit = F.normalize(torch.from_numpy(cells[image]), dim=-1)
            for text, count in enumerate((4, 2, 0)):
                rows = F.normalize(torch.from_numpy(words[text, :count]), dim=-1)
                cosines = F.cosine_similarity(rows, (rows @ unit.t() / 0.1).softmax(-1) @ unit, dim=-1)
                expected = float((cosines * torch.from_numpy(weights[text, :count])).sum())
                self.assertAlmostEqual(float(found[image, text]), expected, places=5)
                self.assertAlmostEqual(float(mean[image, text]), float(cosines.mean()) if count else 0, places=5)

    def test_shares_of_prototypes(self) -> None:
        matrix = F.normalize(torch.randn(7, 5, generator=torch.Generator().manual_seed(1)), dim=1)
        session = onnxruntime.InferenceSession(prototypes_graph(matrix.numpy()).SerializeToString())
        vectors = F.normalize(torch.randn(2, 5, generator=torch.Generator().manual_seed(2)), dim=1)
        (found,) = session.run(None, {"vectors": vectors.numpy(), "temp_prototypes": np.full((2, 1), 0.2, np.float32)})
        np.testing.assert_allclose(found, (vectors @ matrix.t() / 0.2).softmax(-1).numpy(), atol=1e-6)


if __name__ == "__main__":
    unittest.main()
