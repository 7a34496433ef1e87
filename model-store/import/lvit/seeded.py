"""Networks with random weights that behave: for proofs and fixtures, where no trained weights can be had."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from .network import LViT
from .plan import LVitPlan

LOGIT_SPREAD = 1.5
"""Standard deviation of the logits over the films given: probabilities on both sides of every threshold, none at its end."""

GATE_OFFSET = 1.0
"""Added to the pixel-level attention, whose random weights would otherwise multiply skips by anything around 0."""


@torch.no_grad()
def random_lvit(plan: LVitPlan, seed: int, films: Tensor, words: Tensor) -> LViT:
    """A whole checkpoint's network, dead tensors too. films float32[n, 3, side, side], words float32[n, words, text_dims].

    Every batch norm takes its statistics from these films, as training would; then the last layer is scaled and shifted
    until the logits have mean 0 and the spread above.
    """
    generator = torch.Generator().manual_seed(seed)
    network = LViT(plan, declares_unused=True)
    for name, value in network.named_parameters():
        value.copy_(_drawn(name, value, generator))
    for up in (network.up1, network.up2, network.up3, network.up4):
        up.pixModule.bottleneck[2].bias.add_(GATE_OFFSET)
    _take_statistics(network, films, words)
    logits: list[Tensor] = []
    hook = network.outc.register_forward_hook(lambda _module, _inputs, output: logits.append(output))
    network(films, words)
    hook.remove()
    scale = LOGIT_SPREAD / logits[0].std()
    network.outc.bias.copy_((network.outc.bias - logits[0].mean()) * scale)
    network.outc.weight.mul_(scale)
    return network


def _drawn(name: str, value: Tensor, generator: torch.Generator) -> Tensor:
    drawn = torch.randn(value.shape, generator=generator)
    if value.dim() > 1 and not name.endswith("position_embeddings"):
        return drawn * (2 / value[0].numel()) ** 0.5
    is_norm = name.split(".")[-2].startswith("norm")
    return 1 + drawn * 0.1 if is_norm and name.endswith("weight") else drawn * 0.2


def _take_statistics(network: nn.Module, films: Tensor, words: Tensor) -> None:
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    network.train()
    network(films, words)
    network.eval()


def random_bert(config: BertConfig, seed: int) -> BertModel:
    torch.manual_seed(seed)
    return BertModel(config, add_pooling_layer=False).eval()


def as_checkpoint(network: LViT, wrapped: bool = False) -> dict[str, object]:
    """As the released training script saves its best model; `wrapped`: from a machine with several GPUs."""
    prefix = "module." if wrapped else ""
    state = {f"{prefix}{key}": value for key, value in network.state_dict().items()}
    return {"epoch": 0, "best_model": True, "model": "LViT", "state_dict": state, "val_loss": torch.tensor(0.5), "optimizer": {}}
