"""python -m stable_diffusion.prove --work FOLDER [--size full-1], from model-store/import/: from checkpoint to pack at full size.

Writes, outside the tree: a checkpoint in diffusers' layout with seeded random weights; what diffusers' own pipeline gives for it;
and the pack that the importer makes of it in a process of its own, whose time and memory are told. `test/parity/stable-diffusion.ts`
then asks the service the same.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from .generation import Asked
from .seeded import SIZES, write_checkpoint

SEED = 5
PROMPT = "Big right-sided pleural effusion"


def in_process(threads: int, act: Callable[..., Any], *given: Any) -> None:
    """So that its memory is given back before the next. Throws where it fails."""
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(threads, act, *given))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"{act.__name__} failed.")


def _run(threads: int, act: Callable[..., Any], *given: Any) -> None:
    torch.set_num_threads(threads)
    act(*given)


def write_expected(*given: Any) -> None:
    from .reference import write_expected as write

    write(*given)


def import_pack(checkpoint: Path, pack: Path, kind: str, threads: int) -> int:
    command = [sys.executable, "-m", "stable_diffusion", "--checkpoint", checkpoint, "--out", pack, "--kind", kind, "--threads", threads]
    begun = time.monotonic()
    code = subprocess.run(list(map(str, command)), cwd=Path(__file__).parents[1], check=False).returncode
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(f"import: {time.monotonic() - begun:.0f} s; the greatest resident memory of any step so far: {most:.1f} GiB")
    return code


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m stable_diffusion.prove", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; 9 GB at full size")
    parser.add_argument("--size", choices=list(SIZES), default="full-1")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    work: Path = options.work.resolve()
    sizes = SIZES[options.size]
    checkpoint, pack = work / "checkpoint", work / "store" / "stable_diffusion-original" / "1.0.0"
    work.mkdir(parents=True, exist_ok=True)
    if not checkpoint.exists():
        in_process(options.threads, write_checkpoint, checkpoint, sizes, SEED)
    # The import first: what it needs of memory is then not hidden by the pipeline's.
    code = import_pack(checkpoint, pack, "roentgen-v2" if sizes.is_second else "roentgen", options.threads)
    if code == 0:
        latents = sizes.unet["sample_size"]
        side = latents * 8
        pictures = [Asked(PROMPT, (side, side), 2, 4.0, 42), Asked(PROMPT, (side // 2, side), 4, 3.0, 43)]
        in_process(options.threads, write_expected, work / "expected", checkpoint, pictures, (latents, latents))
    return code


if __name__ == "__main__":
    sys.exit(main())
