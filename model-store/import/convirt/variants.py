"""The ConVIRTs that are in use. Their authors published no network, so four others wrote one, and no two are alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from torch import nn

from importing.keys import Ignored
from importing.networks.bert import POSITION_IDS, UNUSED_POOLER, BertPlan

from .network import CLS, MAX, MEAN, POOLER, Convirt, ConvirtPlan

Places = Callable[[Convirt], dict[str, nn.Module]]
"""The network's parts by the prefix of their keys in the checkpoint."""

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
HALF = (0.5,)

UNUSED_LOCAL = Ignored(r"(img|text)_encoder\.local_embed\..*", "MGCA's local heads, which its ConVIRT does not call")
UNUSED_CROSS = Ignored(r"text_encoder\.model\.encoder\.layer\.\d+\.crossattention\..*", "cross attention of BLIP's BERT, which a text alone does not pass")
UNUSED_CLASSES = Ignored(r"(.*\.)?(fc|classifier)\.(weight|bias)", "ImageNet's classes, which no forward pass reads")


@dataclass(frozen=True)
class Variant:
    repository: str
    commit: str
    licence: str
    """Of that repository's code."""
    plan: ConvirtPlan
    pool: str
    has_norms: bool
    mean: tuple[float, ...]
    std: tuple[float, ...]
    temperature: float
    places: Places
    trunk: str
    """Prefix of the image trunk, whose children a `Sequential` may have numbered."""
    ignored: tuple[Ignored, ...]
    note: str
    cleans: bool = False
    """Texts are read by GLoRIA's rules, and films brought into a square of zeros."""
    is_placeless: bool = False
    """Each piece of a text stands at the first position: token types, all zero, are handed over as the positions."""

    def network(self, plan: ConvirtPlan) -> Convirt:
        return Convirt(plan, self.pool, self.has_norms, self.is_placeless)


def _benchx(network: Convirt) -> dict[str, nn.Module]:
    image, text = network.image, network.text
    return {"visual.model": image.trunk, "vis_proj": image.head, "linguistic.encoder": text.trunk, "lin_proj": text.head}


def _edreis(network: Convirt) -> dict[str, nn.Module]:
    image, text = network.image, network.text
    heads = {"res_l1": image.head[0], "res_l2": image.head.last, "bert_l1": text.head[0], "bert_l2": text.head.last}
    return {"res_features": image.trunk, "bert_model": text.trunk, **heads}


def _mgca(network: Convirt) -> dict[str, nn.Module]:
    image, text = network.image, network.text
    towers = {"img_encoder.model": image.trunk, "text_encoder.model": text.trunk}
    return {**towers, "img_encoder.global_embed.head": image.head, "text_encoder.global_embed.head": text.head}


def _paper(network: Convirt) -> dict[str, nn.Module]:
    image, text = network.image, network.text
    return {"image_encoder": image.trunk, "image_head": image.head, "text_encoder": text.trunk, "text_head": text.head}


PLAN = ConvirtPlan()

VARIANTS = {
    "benchx": Variant(
        "https://github.com/yangzhou12/BenchX", "b874fa6", "MIT", replace(PLAN, bert=BertPlan(has_pooler=True)), POOLER, False,
        IMAGENET_MEAN, IMAGENET_STD, 0.1, _benchx, "visual.model", (POSITION_IDS, UNUSED_CLASSES),
        "BenchX's retraining: pooler output, heads of 768. Its temperature is not in the file; 0.1 is the paper's.",
    ),
    "edreis": Variant(
        "https://github.com/edreisMD/ConVIRT-pytorch", "c99ca5f", "MIT", replace(PLAN, image_hidden=2048, dims=512), MEAN, False,
        IMAGENET_MEAN, IMAGENET_STD, 0.1, _edreis, "res_features", (POSITION_IDS, UNUSED_POOLER),
        "edreisMD's implementation: mean over the tokens. Its text vector goes through half precision, here it does not.",
    ),
    "mgca": Variant(
        "https://github.com/HKU-MedAI/MGCA", "680fe4a", "Apache-2.0",
        replace(PLAN, bert=BertPlan(layers=6, token_types=0), image_hidden=2048, text_hidden=2048, dims=128, upsample=299, max_length=112), CLS, True,
        HALF, HALF, 0.07, _mgca, "img_encoder.model", (POSITION_IDS, UNUSED_POOLER, UNUSED_LOCAL, UNUSED_CROSS, UNUSED_CLASSES),
        "The ConVIRT of MGCA's repository: six layers of BERT without token types and without an order of words, as it was trained, batch norm in the heads, films enlarged to 299.",
        cleans=True, is_placeless=True,
    ),
    "paper": Variant(
        "https://arxiv.org/abs/2010.00747", "v2", "not published", replace(PLAN, image_hidden=512, text_hidden=512, dims=512), MAX, False,
        IMAGENET_MEAN, IMAGENET_STD, 0.1, _paper, "image_encoder", (POSITION_IDS, UNUSED_POOLER, UNUSED_CLASSES),
        "As the paper describes it, greatest value over the tokens; the width of the hidden layers is not said there. No weights are published.",
    ),
}
