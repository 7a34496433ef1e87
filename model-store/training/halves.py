"""bf16 where the processor multiplies it, and whether it can be trusted there: a wrong kernel says nothing, and trains a model that is right on no other machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

# Of the length of the output. Rounding to 8 bits makes some thousandths.
LARGEST_ERROR = 0.05
# Elsewhere PyTorch converts at every product, which takes several times as long as fp32.
HAS_BF16 = any(torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16"))


def halves() -> torch.autocast:
    """A context in which convolutions and linear layers are computed in bf16 where that pays, and as they are elsewhere."""
    return torch.autocast("cpu", torch.bfloat16, enabled=HAS_BF16)


def units_of(module: nn.Module, kinds: tuple[type[nn.Module], ...], name: str = "") -> Iterator[tuple[str, nn.Module]]:
    """The outermost modules of these kinds, by name."""
    if isinstance(module, kinds):
        yield name, module
        return
    for own, child in module.named_children():
        yield from units_of(child, kinds, f"{name}.{own}".lstrip("."))


def check_halves(model: nn.Module, kinds: tuple[type[nn.Module], ...], run: Callable[[], object]) -> None:
    """Raise ValueError for the first of the `kinds` that in bf16 gives something else than in fp32, on the inputs that `run` brings it. Does nothing where `halves` is fp32."""
    if not HAS_BF16:
        return
    inputs: dict[nn.Module, Tensor] = {}
    units = dict(units_of(model, kinds))

    def keep(unit: nn.Module, given: tuple[Tensor, ...]) -> None:
        # The run may be in halves itself.
        inputs.setdefault(unit, given[0].float())

    hooks = [unit.register_forward_pre_hook(keep) for unit in units.values()]
    is_training = model.training
    model.eval()
    with torch.no_grad():
        run()
        for hook in hooks:
            hook.remove()
        # Not every layer has a part in every run.
        for name, unit in ((name, unit) for name, unit in units.items() if unit in inputs):
            check_unit(name, unit, inputs[unit])
    model.train(is_training)


def check_unit(name: str, unit: nn.Module, given: Tensor) -> None:
    """Raise ValueError where one layer's output differs."""
    exact = unit(given)
    with torch.autocast("cpu", torch.bfloat16):
        found = unit(given).float()
    error = float((found - exact).norm() / exact.norm().clamp(min=1e-6))
    if error > LARGEST_ERROR:
        raise ValueError(f"{name}: bf16 differs from fp32 by {error:.3f} of the output on this processor; compute it in fp32")
