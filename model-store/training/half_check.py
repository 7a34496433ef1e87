"""Whether bf16 can be trusted here: a wrong kernel says nothing, and trains a model that is right on no other machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

# Of the length of the output. Rounding to 8 bits makes some thousandths.
LARGEST_ERROR = 0.05


def units_of(module: nn.Module, kinds: tuple[type[nn.Module], ...], name: str = "") -> Iterator[tuple[str, nn.Module]]:
    """The outermost modules of these kinds, by name."""
    if isinstance(module, kinds):
        yield name, module
        return
    for own, child in module.named_children():
        yield from units_of(child, kinds, f"{name}.{own}".lstrip("."))


def check_halves(model: nn.Module, kinds: tuple[type[nn.Module], ...], run: Callable[[], object]) -> None:
    """Raise ValueError for the first of the `kinds` that in bf16 gives something else than in fp32, on the inputs that `run` brings it."""
    inputs: dict[nn.Module, Tensor] = {}
    units = dict(units_of(model, kinds))

    def keep(unit: nn.Module, given: tuple[Tensor, ...]) -> None:
        inputs.setdefault(unit, given[0])

    hooks = [unit.register_forward_pre_hook(keep) for unit in units.values()]
    with torch.no_grad():
        run()
        for hook in hooks:
            hook.remove()
        for name, unit in units.items():
            exact = unit(inputs[unit])
            with torch.autocast("cpu", torch.bfloat16):
                halves = unit(inputs[unit]).float()
            error = float((halves - exact).norm() / exact.norm().clamp(min=1e-6))
            if error > LARGEST_ERROR:
                raise ValueError(f"{name}: bf16 differs from fp32 by {error:.3f} of the output on this processor; compute it in fp32")
