"""Random weights that behave: for proofs and tests, where no trained ones can be had."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


@torch.no_grad()
def draw_weights(network: nn.Module, seed: int) -> None:
    """Every parameter of the network; equal seeds give equal numbers.

    Matrices keep the size of what goes through them, biases and norms are not what they begin with, so that one that is
    left out or mixed up shows in every output.
    """
    generator = torch.Generator().manual_seed(seed)
    norms = {f"{name}.weight" for name, module in network.named_modules() if isinstance(module, (*NORMS, nn.LayerNorm))}
    tables = {f"{name}.weight" for name, module in network.named_modules() if isinstance(module, nn.Embedding)}
    for name, value in network.named_parameters():
        drawn = torch.randn(value.shape, generator=generator)
        if name in norms:
            value.copy_(1 + drawn * 0.1)
        elif name in tables:
            value.copy_(drawn * 0.5)
        elif value.dim() <= 1:
            value.copy_(drawn * 0.2)
        else:
            value.copy_(drawn * (1.5 / value[0].numel()) ** 0.5)


@torch.no_grad()
def take_statistics(network: nn.Module, run: Callable[[], object]) -> None:
    """Every batch norm takes its mean and variance from what `run` sends through the network, as training would."""
    norms = [module for module in network.modules() if isinstance(module, NORMS)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
        norm.train()
    run()
    network.eval()


@torch.no_grad()
def centre(head: nn.Module, outputs: Tensor) -> None:
    """Shifts a linear layer's bias so that its outputs, float32[n, dims], have a mean of 0.

    Random towers give nearly the same vector for every film, and a cosine of .999 proves nothing of the rest.
    """
    head.bias.sub_(outputs.mean(0))
