"""How many threads are worth it just now: two that wait for each other are slower than one where others compute too."""

from __future__ import annotations

import time

import torch

PROBE_EVERY, PROBES, GAIN = 60, 4, 0.92


class Threads:
    """Measures a few steps with the other count now and then, and changes over where that is clearly faster."""

    def __init__(self, most: int) -> None:
        self.most, self.count, self.other = most, 1, most
        self.seconds: dict[int, list[float]] = {1: [], most: []}
        self.step, self.began = 0, time.monotonic()
        torch.set_num_threads(self.count)

    def tick(self) -> None:
        """Call once a step."""
        now = time.monotonic()
        phase = self.step % PROBE_EVERY
        self.seconds[self.other if PROBE_EVERY - PROBES <= phase else self.count].append(now - self.began)
        self.step, self.began = self.step + 1, now
        if self.most == 1:
            return
        if self.step % PROBE_EVERY == PROBE_EVERY - PROBES:
            torch.set_num_threads(self.other)
        elif self.step % PROBE_EVERY == 0:
            self.decide()

    def decide(self) -> None:
        """Medians, so that a pause in one step does not count."""
        usual, probed = (sorted(self.seconds[count])[len(self.seconds[count]) // 2] for count in (self.count, self.other))
        if probed < GAIN * usual:
            self.count, self.other = self.other, self.count
        torch.set_num_threads(self.count)
        print(f"seconds a step: {usual:.2f} as it was, {probed:.2f} otherwise; now {self.count} threads", flush=True)
        self.seconds = {1: [], self.most: []}
