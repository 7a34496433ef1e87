from __future__ import annotations

import unittest

import torch
from torch import nn

from ..checkpoint import CheckpointError
from ..keys import MOST_CHARACTERS, MOST_FAULTS, Ignored, fit, refuse, without_prefix


class Fitting(unittest.TestCase):
    def setUp(self) -> None:
        self.network = nn.Linear(2, 3)
        self.state = {"weight": torch.ones(3, 2), "bias": torch.arange(3.0)}

    def test_every_key_is_used_or_ignored_with_its_reason(self) -> None:
        made = fit(self.network, {**self.state, "pooler.bias": torch.zeros(1)}, [Ignored(r"pooler\..*", "not called")])
        self.assertEqual((made.used, made.ignored, made.upcast), (2, {"pooler.bias": "not called"}, 0))
        self.assertEqual(made.said(), ["2 tensors used, 1 ignored", "ignored: pooler.bias: not called"])
        self.assertEqual(self.network.bias.tolist(), [0, 1, 2])
        self.assertFalse(self.network.training)

    def test_a_pattern_is_of_the_whole_key_and_never_hides_a_key_of_the_network(self) -> None:
        with self.assertRaisesRegex(CheckpointError, "unexpected: a.pooler.bias"):
            fit(self.network, {**self.state, "a.pooler.bias": torch.zeros(1)}, [Ignored(r"pooler\..*", "not called")])
        self.assertEqual(fit(self.network, self.state, [Ignored(".*", "all")]).used, 2)

    def test_half_precision_becomes_float32(self) -> None:
        made = fit(self.network, {"weight": torch.ones(3, 2).half(), "bias": torch.arange(3.0).bfloat16()})
        self.assertEqual(made.upcast, 2)
        self.assertEqual({value.dtype for value in self.network.parameters()}, {torch.float32})

    def test_names_what_is_no_tensor(self) -> None:
        with self.assertRaisesRegex(CheckpointError, "no tensor: bias"):
            fit(self.network, {**self.state, "bias": 0.5})

    def test_a_refusal_is_bounded_and_says_how_many_more(self) -> None:
        faults = [f"unexpected: {at}{'x' * 10_000}" for at in range(MOST_FAULTS + 7)] + ["missing: bias"]
        with self.assertRaises(CheckpointError) as caught:
            refuse(faults, "it")
        lines = str(caught.exception).splitlines()
        self.assertEqual(len(lines), 1 + MOST_FAULTS + 1 + 1)
        self.assertEqual([line.strip() for line in lines[-2:]], ["unexpected: 7 more", "missing: bias"])
        self.assertLessEqual(max(map(len, lines)), MOST_CHARACTERS + 2)


class Prefixes(unittest.TestCase):
    def test_are_taken_off_where_all_keys_have_them(self) -> None:
        self.assertEqual(without_prefix({"module.model.a": 1, "module.model.b": 2}, "module.", "model."), {"a": 1, "b": 2})
        self.assertEqual(without_prefix({"module.a": 1, "b": 2}, "module."), {"module.a": 1, "b": 2})
        self.assertEqual(without_prefix({}, "module."), {})


if __name__ == "__main__":
    unittest.main()
