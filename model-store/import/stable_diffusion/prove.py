"""python -m stable_diffusion.prove --work FOLDER [--size full-1], from model-store/import/: from checkpoint to pack at full size.

Writes, outside the tree: a checkpoint in diffusers' layout with seeded random weights; what diffusers' own pipeline gives for it;
and the pack that the importer makes of it in a process of its own, whose time and memory are told. `test/parity/stable-diffusion.ts`
then asks the service the same.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from importing.proof import run_import

from .generation import Asked
from .seeded import SIZES, write_checkpoint

SEED = 5
PROMPT = "Big right-sided pleural effusion"


def in_process(act: Callable[..., Any], *given: Any) -> None:
    """So that its memory is given back before the next. Throws where it fails."""
    process = multiprocessing.get_context("spawn").Process(target=act, args=given)
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"{act.__name__} failed.")


def in_turn(act: Callable[..., Any], *given: Any) -> None:
    act(*given)


def write_seeded(threads: int, *given: Any) -> None:
    torch.set_num_threads(threads)
    write_checkpoint(*given)


def write_expected(threads: int, *given: Any) -> None:
    from .reference import write_expected as write

    torch.set_num_threads(threads)
    write(*given)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m stable_diffusion.prove", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; 9 GB at full size")
    parser.add_argument("--size", choices=list(SIZES), default="full-1")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    work: Path = options.work.resolve()
    sizes, is_small = SIZES[options.size], options.size.startswith("small")
    run = in_turn if is_small else in_process
    checkpoint, pack = work / "checkpoint", work / "store" / "stable_diffusion-original" / "1.0.0"
    work.mkdir(parents=True, exist_ok=True)
    if not checkpoint.exists():
        run(write_seeded, options.threads, checkpoint, sizes, SEED)
    # The import first: what it needs of memory is then not hidden by the pipeline's.
    kind = "roentgen-v2" if sizes.is_second else "roentgen"
    command = ["stable_diffusion", checkpoint, "--out", pack, "--kind", kind, "--threads", options.threads]
    code = run_import(list(map(str, command)), is_small)
    if code == 0:
        latents = sizes.unet["sample_size"]
        side = latents * 8
        pictures = [Asked(PROMPT, (side, side), 2, 4.0, 42), Asked(PROMPT, (side // 2, side), 4, 3.0, 43)]
        run(write_expected, options.threads, work / "expected", checkpoint, pictures, (latents, latents))
    return code


if __name__ == "__main__":
    sys.exit(main())
