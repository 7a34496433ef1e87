"""The graphs' modules beside torch's own decoder, and the fusion beside its description."""

from __future__ import annotations

import unittest

import torch

from ..generation import generate
from ..graphs import CachedStep, DecoderStep
from ..network import Fusion
from ..plan import VIEWS
from ..seeded import random_refers
from .sizes import SMALL

TOLERANCE = 1e-4


class Graphs(unittest.TestCase):
    def setUp(self) -> None:
        self.enterContext(torch.no_grad())
        generator = torch.Generator().manual_seed(2)
        self.textual = random_refers(SMALL, 3).textual
        self.memory = torch.randn(2, SMALL.memory, SMALL.image_width, generator=generator)
        self.tokens = torch.randint(1, SMALL.vocabulary, (2, 11), generator=generator)
        self.expected = self.textual(self.memory, self.tokens)

    def test_a_step_is_the_framework_s_at_every_length_filled_up_or_not(self) -> None:
        step = DecoderStep(self.textual)
        for count in range(1, 12):
            for length in (count, 16):
                prefix = torch.full((2, length), SMALL.pad)
                prefix[:, :count] = self.tokens[:, :count]
                found = step(prefix, torch.tensor([count, count]), self.memory)
                self.assertLess(float((found - self.expected[:, count - 1]).abs().max()), TOLERANCE)

    def test_rows_of_other_lengths_do_not_disturb_each_other(self) -> None:
        prefix = torch.full((2, 8), SMALL.pad)
        prefix[0, :8], prefix[1, :3] = self.tokens[0, :8], self.tokens[1, :3]
        found = DecoderStep(self.textual)(prefix, torch.tensor([8, 3]), self.memory)
        self.assertLess(float((found[0] - self.expected[0, 7]).abs().max()), TOLERANCE)
        self.assertLess(float((found[1] - self.expected[1, 2]).abs().max()), TOLERANCE)

    def test_a_cache_gives_the_same(self) -> None:
        step = CachedStep(self.textual)
        past = torch.zeros(2, 2, SMALL.layers, SMALL.heads, 16, SMALL.width // SMALL.heads)
        for count in range(1, 12):
            tokens, counts = self.tokens[:, count - 1 : count], torch.tensor([count, count])
            logits, keys, values = step(tokens, counts, self.memory, past[0], past[1])
            past[0][:, :, :, count - 1], past[1][:, :, :, count - 1] = keys[:, :, :, 0], values[:, :, :, 0]
            self.assertLess(float((logits - self.expected[:, count - 1]).abs().max()), TOLERANCE)

    def test_gates_are_of_each_position_and_independent(self) -> None:
        fusion = Fusion(SMALL)
        views = torch.randn(1, VIEWS, SMALL.patches, SMALL.image_width)
        memory, gates = fusion(views)
        together = torch.cat([views[0, view] for view in range(VIEWS)], dim=1)
        for view, layer in enumerate((fusion.fc1, fusion.fc2, fusion.fc3)):
            gate = torch.sigmoid(together @ layer.weight[0] + layer.bias)
            torch.testing.assert_close(gates[0, view], gate)
            part = memory[0, view * SMALL.patches : (view + 1) * SMALL.patches]
            torch.testing.assert_close(part, views[0, view] * gate[:, None])

    def test_the_rule_of_refers_bars_the_last_token(self) -> None:
        for beams in (1, 5):
            ids = generate(self.textual, SMALL, self.memory[:1], True, num_beams=beams, max_new_tokens=12).ids
            self.assertTrue(all(a != b for a, b in zip(ids, ids[1:], strict=False)))
