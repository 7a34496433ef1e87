"""The check finds a layer whose bf16 is another function, on any processor."""

from __future__ import annotations

import unittest
from unittest import mock

import torch
from torch import Tensor, nn

from .. import halves


class Swapped(nn.Conv2d):
    """In bf16 as PyTorch's faulty kernel: channels in another order, and no error."""

    def forward(self, level: Tensor) -> Tensor:
        found = super().forward(level)
        return found.flip(1) if found.dtype == torch.bfloat16 else found


def check(layer: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    model = nn.Sequential(layer, nn.ReLU(), nn.Conv2d(8, 4, 3)).train()
    level = torch.rand(2, 3, 16, 16)

    def run() -> None:
        with halves.halves():
            model(level)

    halves.check_halves(model, (nn.Conv2d,), run)
    return model


class CheckHalves(unittest.TestCase):
    @mock.patch.object(halves, "HAS_BF16", True)
    def test_takes_right_layers_and_leaves_the_model_as_it_was(self) -> None:
        self.assertTrue(check(nn.Conv2d(3, 8, 3)).training)

    @mock.patch.object(halves, "HAS_BF16", True)
    def test_names_the_wrong_layer(self) -> None:
        with self.assertRaisesRegex(ValueError, "^0: bf16 differs"):
            check(Swapped(3, 8, 3))

    @mock.patch.object(halves, "HAS_BF16", False)
    def test_runs_nothing_where_fp32_is_computed(self) -> None:
        def never() -> None:
            self.fail("the model was run")

        halves.check_halves(nn.Conv2d(1, 1, 1), (nn.Conv2d,), never)
        with halves.halves():
            self.assertEqual(nn.Conv2d(1, 1, 1)(torch.ones(1, 1, 1, 1)).dtype, torch.float32)
