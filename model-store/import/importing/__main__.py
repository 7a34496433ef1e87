"""python -m importing SYSTEM CHECKPOINT --out PACK_FOLDER [...], from model-store/import/: one command for every system."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

SYSTEMS = {
    "biomedclip": "biomedclip",
    "biovil": "biovil",
    "chexzero": "chexzero",
    "convirt": "convirt",
    "gloria": "gloria",
    "lvit": "lvit",
    "medclip": "medclip",
    "mgca": "mgca",
    "refers": "refers",
    "stable_diffusion": "stable_diffusion",
    "refers-encoder": "refers.encoder",
}
"""Package by the name that people know; its `__main__` has `main(arguments) -> int`."""

USAGE = 2


def main(given: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if given is None else given)
    if arguments == ["--list"]:
        print("\n".join(SYSTEMS))
        return 0
    if len(arguments) < 2 or arguments[0] not in SYSTEMS:
        print(f"usage: python -m importing SYSTEM CHECKPOINT --out PACK_FOLDER [...]\nsystems: {', '.join(SYSTEMS)}", file=sys.stderr)
        return USAGE
    system, checkpoint, *rest = arguments
    # "SYSTEM --help" is asked of the system.
    checkpoint_arguments = [checkpoint] if checkpoint.startswith("-") else ["--checkpoint", checkpoint]
    return import_module(f"{SYSTEMS[system]}.__main__").main([*checkpoint_arguments, *rest])


if __name__ == "__main__":
    sys.exit(main())
