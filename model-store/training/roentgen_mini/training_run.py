"""What every stage's training needs: a schedule by steps, an average of the weights, checkpoints that a stop cannot spoil."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..checkpoint import restore, store
from .threads import Threads

SAVE_EVERY = 200
Losses = Callable[[nn.Module, int], dict[str, Tensor]]
Checked = Callable[[nn.Module], dict[str, float]]
REPORT_EVERY = 25


@dataclass(frozen=True)
class Plan:
    """How a stage is trained. The rate is held, then falls in a straight line over the last `fall` of the steps."""

    name: str
    steps: int
    peak_rate: float
    averaging: float
    seed: int
    weight_decay: float = 0.01
    warm_up: int = 100
    fall: float = 0.35

    def is_falling(self, step: int) -> bool:
        return step >= (1 - self.fall) * self.steps

    def rate_at(self, step: int) -> float:
        left = (self.steps - step) / max(1.0, self.fall * self.steps)
        return self.peak_rate * min(1.0, (step + 1) / self.warm_up, max(0.02, left))


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Weight decay for matrices and kernels only."""
    wide = [value for value in model.parameters() if value.requires_grad and value.ndim > 1]
    rest = [value for value in model.parameters() if value.requires_grad and value.ndim <= 1]
    return [{"params": wide, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]


class TrainingRun:
    """The state of one stage's training."""

    def __init__(self, plan: Plan, model: nn.Module, work: Path, threads: Threads) -> None:
        self.plan, self.model, self.threads = plan, model, threads
        self.average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(plan.averaging), use_buffers=True)
        self.optimizer = torch.optim.AdamW(parameter_groups(model, plan.weight_decay), plan.peak_rate, betas=(0.9, 0.99))
        self.step, self.path, self.log = 0, work / f"{plan.name}.pt", work / f"{plan.name}-losses.jsonl"
        self.parts = {"model": self.model, "average": self.average, "optimizer": self.optimizer}
        if (stored := restore(self.path, self.parts)) is not None:
            self.step = stored["step"]
            print(f"{self.plan.name}: resumed at step {self.step}", flush=True)

    def save(self) -> None:
        store(self.path, self.parts, step=self.step)

    def advance(self, terms: dict[str, Tensor]) -> dict[str, float]:
        """Descend the sum of the terms once; their values."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.rate_at(self.step)
        self.optimizer.zero_grad(set_to_none=True)
        sum(terms.values()).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.average.update_parameters(self.model)
        self.step += 1
        return {name: value.item() for name, value in terms.items()}

    def report(self, values: dict[str, float]) -> None:
        """One line of the log, which the loss curves are drawn from."""
        line = json.dumps({"step": self.step, **{name: round(value, 5) for name, value in values.items()}})
        with self.log.open("a") as log:
            log.write(line + "\n")
        print(f"{self.plan.name} {line}", flush=True)

    def train(self, losses: Losses, checked: Checked | None = None, check_every: int = 500) -> nn.Module:
        """To the plan's last step; the averaged model. `losses(model, step)` makes a batch's terms, `checked(model)` validation's."""
        recent: list[dict[str, float]] = []
        if self.step >= self.plan.steps:
            return self.averaged()
        while self.step < self.plan.steps:
            torch.manual_seed(self.plan.seed + self.step)
            recent.append(self.advance(losses(self.model, self.step)))
            self.threads.tick()
            if self.step % REPORT_EVERY == 0:
                self.report({name: float(np.mean([terms[name] for terms in recent])) for name in recent[0]})
                recent = []
            if checked is not None and self.step % check_every == 0:
                self.report(checked(self.averaged()))
            if self.step % SAVE_EVERY == 0:
                self.save()
        self.save()
        return self.averaged()

    def averaged(self) -> nn.Module:
        return self.average.module.eval()
