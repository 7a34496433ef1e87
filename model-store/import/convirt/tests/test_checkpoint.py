from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import torch
from importing.checkpoint import CheckpointError
from importing.wordpiece import wordpiece

from gloria.seeded import pieces

from ..checkpoint import read_convirt
from ..pack import reference_of
from ..seeded import as_checkpoint, as_state
from ..variants import VARIANTS
from .sizes import small_convirt, small_plan


class Layouts(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.path = Path(kept.name) / "ConVIRT.pth"

    def read(self, name: str, content: object) -> dict[str, torch.Tensor]:
        torch.save(content, self.path)
        network, fitting = read_convirt(self.path, VARIANTS[name], small_plan(name))
        self.assertFalse(network.training)
        self.ignored = fitting.ignored
        return network.state_dict()

    def assert_same(self, found: dict[str, torch.Tensor], wanted: dict[str, torch.Tensor]) -> None:
        self.assertEqual(set(found), set(wanted))
        for key, value in wanted.items():
            self.assertTrue(torch.equal(found[key], value), key)

    def test_trunks_by_name_and_by_number_wrapped_and_bare_are_read_alike(self) -> None:
        for name, variant in VARIANTS.items():
            network = small_convirt(name)
            named, numbered = as_state(network, variant), as_state(network, variant, is_numbered=True)
            layouts = {
                "wrapped": as_checkpoint(network, variant), "named": named, "numbered": numbered,
                "parallel": {"state_dict": {f"module.{key}": value for key, value in named.items()}},
            }
            self.assertNotEqual(set(named), set(numbered))
            for layout, content in layouts.items():
                with self.subTest(variant=name, layout=layout):
                    self.assert_same(self.read(name, content), network.state_dict())
                    self.assertEqual(len(self.ignored), 1)

    def test_a_pooler_of_the_wrapper_is_called_instead_of_bert_s(self) -> None:
        network, variant = small_convirt("benchx"), VARIANTS["benchx"]
        state = as_state(network, variant)
        own = {key.replace("encoder.pooler", "pooler"): value + 1 for key, value in state.items() if ".encoder.pooler." in key}
        found = self.read("benchx", {**state, **own})
        weight = "text.trunk.pooler.dense.weight"
        self.assertTrue(torch.equal(found[weight], network.state_dict()[weight] + 1))

    def test_parts_that_are_not_called_are_ignored_with_the_reason(self) -> None:
        network, variant = small_convirt("mgca"), VARIANTS["mgca"]
        # As the module of the released code names them.
        local = {"img_encoder.local_embed.head.0.weight": torch.zeros(3, 3, 1), "text_encoder.local_embed.head.4.running_mean": torch.zeros(3)}
        cross = "text_encoder.model.encoder.layer.0.crossattention.self.key.weight"
        self.read("mgca", {**as_state(network, variant), **local, cross: torch.zeros(3, 3)})
        self.assertIn("does not call", self.ignored["img_encoder.local_embed.head.0.weight"])
        self.assertIn("does not pass", self.ignored[cross])

    def test_a_number_that_is_no_child_is_refused(self) -> None:
        state = as_state(small_convirt("edreis"), VARIANTS["edreis"], is_numbered=True)
        torch.save({**state, "res_features.8.weight": torch.zeros(2)}, self.path)
        with self.assertRaisesRegex(CheckpointError, r"unexpected: res_features\.8\.weight"):
            read_convirt(self.path, VARIANTS["edreis"], small_plan("edreis"))

    def test_another_variant_s_checkpoint_is_refused(self) -> None:
        for name in VARIANTS:
            torch.save(as_checkpoint(small_convirt(name), VARIANTS[name]), self.path)
            for other in VARIANTS:
                if other != name:
                    with self.subTest(of=name, read_as=other), self.assertRaisesRegex(CheckpointError, "missing: "):
                        read_convirt(self.path, VARIANTS[other], small_plan(other))


class Text(unittest.TestCase):
    def test_padding_changes_no_vector_however_tokens_are_pooled(self) -> None:
        ids = torch.tensor([[2, 50, 60, 70, 3]])
        padded = torch.nn.functional.pad(ids, (0, 4), value=9)
        mask = torch.tensor([[1] * 5 + [0] * 4])
        for name in VARIANTS:
            with self.subTest(name), torch.no_grad():
                tower = small_convirt(name).text
                torch.testing.assert_close(tower(padded, mask), tower(ids, torch.ones_like(ids)), atol=1e-5, rtol=1e-5)

    def test_mgca_s_variant_knows_no_order_of_words_as_it_was_trained(self) -> None:
        ids, turned = torch.tensor([[2, 50, 60, 70, 3]]), torch.tensor([[2, 70, 50, 60, 3]])
        for name in VARIANTS:
            with self.subTest(name), torch.no_grad():
                tower = small_convirt(name).text
                differ = float((tower(ids, torch.ones_like(ids)) - tower(turned, torch.ones_like(ids))).abs().max())
                self.assertEqual(differ < 1e-5, name == "mgca", differ)

    def test_a_text_too_long_ends_with_its_separator(self) -> None:
        plan = small_plan("mgca")
        reference = reference_of(small_convirt("mgca"), VARIANTS["mgca"], wordpiece(pieces(plan.bert.vocabulary)))
        made = reference.text("edema " * 100)
        self.assertEqual((len(made.ids), made.ids[0], made.ids[-1]), (plan.max_length, 2, 3))


class PublishedSize(unittest.TestCase):
    def test_benchx_s_network_has_134_million_parameters(self) -> None:
        with torch.device("meta"):
            network = VARIANTS["benchx"].network(VARIANTS["benchx"].plan)
        count = sum(value.numel() for value in network.parameters())
        self.assertEqual(round(count / 1e6), 135)


if __name__ == "__main__":
    unittest.main()
