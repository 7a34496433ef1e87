from __future__ import annotations

import unittest

import torch
from torch import nn
from transformers import BertConfig, BertModel, ResNetConfig
from transformers import ResNetModel as HuggingFaceResNet

from ..networks.bert import Bert, BertPlan
from ..networks.resnet import RESNET_18, RESNET_50, ResNet, ResNetPlan
from ..seeded import draw_weights, take_statistics

SMALL = BertPlan(vocabulary=50, width=24, layers=3, heads=4, inner=40, positions=16, has_pooler=True)


class BertBesideHuggingFace(unittest.TestCase):
    def setUp(self) -> None:
        config = BertConfig(
            vocab_size=50, hidden_size=24, num_hidden_layers=3, num_attention_heads=4, intermediate_size=40, max_position_embeddings=16,
            attn_implementation="eager",
        )
        self.theirs = BertModel(config).eval()
        self.ours = Bert(SMALL)
        draw_weights(self.theirs, seed=1)
        # Strict: the keys are Hugging Face's.
        self.ours.load_state_dict(self.theirs.state_dict())
        self.ids = torch.randint(1, 50, (3, 9), generator=torch.Generator().manual_seed(2))
        self.mask = (torch.arange(9) < torch.tensor([[9], [4], [6]])).long()

    @torch.no_grad()
    def test_every_hidden_state_and_the_pooler_are_the_same(self) -> None:
        theirs = self.theirs(self.ids, self.mask, output_hidden_states=True)
        ours = self.ours(self.ids, self.mask)
        self.assertEqual(len(ours), 4)
        for mine, other in zip(ours, theirs.hidden_states, strict=True):
            torch.testing.assert_close(mine, other, atol=2e-6, rtol=0)
        torch.testing.assert_close(self.ours.pooled(ours[-1]), theirs.pooler_output, atol=2e-6, rtol=0)

    @torch.no_grad()
    def test_padding_changes_nothing(self) -> None:
        alone = self.ours(self.ids[1:2, :4], self.mask[1:2, :4])[-1]
        torch.testing.assert_close(self.ours(self.ids, self.mask)[-1][1:2, :4], alone, atol=2e-6, rtol=0)

    def test_published_size(self) -> None:
        with torch.device("meta"):
            values = Bert(BertPlan(has_pooler=True)).parameters()
            self.assertEqual(sum(value.numel() for value in values), 108_310_272)


class ResNets(unittest.TestCase):
    def test_published_sizes_and_key_names(self) -> None:
        # torchvision's resnet50 has 25,557,032 parameters and resnet18 11,689,512, of which the classifier's are not here.
        for plan, count, classifier in ((RESNET_50, 25_557_032, 2_049_000), (RESNET_18, 11_689_512, 513_000)):
            with torch.device("meta"):
                network = ResNet(plan)
            self.assertEqual(sum(value.numel() for value in network.parameters()), count - classifier)
        keys = set(ResNet(ResNetPlan(width=2)).state_dict())
        self.assertEqual(len(keys), 318)
        self.assertLessEqual({"conv1.weight", "bn1.running_mean", "layer1.0.downsample.1.weight", "layer4.2.bn3.num_batches_tracked"}, keys)

    @torch.no_grad()
    def test_both_blocks_do_what_hugging_face_does(self) -> None:
        images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(3))
        for kind, plan in (("bottleneck", ResNetPlan((2, 1, 1, 2), 4)), ("basic", ResNetPlan((2, 1, 1, 2), 4, False))):
            with self.subTest(kind):
                ours = ResNet(plan).eval()
                draw_weights(ours, seed=4)
                take_statistics(ours, lambda: ours(images))
                config = ResNetConfig(
                    embedding_size=4, hidden_sizes=[plan.channels(stage) for stage in range(1, 5)], depths=list(plan.blocks), layer_type=kind
                )
                theirs = HuggingFaceResNet(config).eval()
                copy_in_order(ours, theirs)
                found = theirs(images, output_hidden_states=True).hidden_states
                third, fourth = ours(images)
                torch.testing.assert_close(third, found[3], atol=1e-5, rtol=1e-5)
                torch.testing.assert_close(fourth, found[4], atol=1e-5, rtol=1e-5)


def copy_in_order(ours: nn.Module, theirs: nn.Module) -> None:
    """Both have the same layers; only in a block with a shortcut does theirs come first and ours last."""
    pairs = [(_layers(ours), _layers(theirs, "shortcut"))]
    for mine, other in pairs:
        assert len(mine) == len(other)
        for source, target in zip(mine, other, strict=True):
            target.load_state_dict(source.state_dict())


def _layers(network: nn.Module, late: str = "") -> list[nn.Module]:
    """Convolutions and norms, a block's shortcut last."""
    found: list[tuple[str, nn.Module]] = [(n, m) for n, m in network.named_modules() if isinstance(m, nn.Conv2d | nn.BatchNorm2d)]
    if not late:
        return [module for _, module in found]
    ordered: list[nn.Module] = []
    waiting: list[nn.Module] = []
    block = ""
    for name, module in found:
        at = name.split(".shortcut")[0] if ".shortcut" in name else name.rsplit(".layer.", 1)[0]
        if at != block:
            ordered += waiting
            waiting, block = [], at
        (waiting if f".{late}." in name else ordered).append(module)
    return [*ordered, *waiting]


if __name__ == "__main__":
    unittest.main()
