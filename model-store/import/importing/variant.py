"""python -m importing.variant --pack FOLDER --runs FOLDER --precision fp16|int8 --out FOLDER: a pack in a lower precision.

`radserve models variant` calls this with what the pack's components were fed while its goldens ran, and adds what comes out.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .component import file_entry
from .draft import PackError, write_whole
from .drift import Drift, compare
from .precision import convert
from .recorded import Feeds, read_runs

PRECISIONS = ("fp16", "int8")


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m importing.variant", description="Make a variant of a pack in a lower precision.")
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--runs", type=Path, required=True, help="folder with runs.json")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--precision", choices=PRECISIONS, required=True)
    parser.add_argument("--components", type=lambda text: text.split(","), help="roles; default: all that weigh more than a tenth of the pack")
    parser.add_argument("--tolerance", type=float, help="of the variant's goldens, in their own units; default: the pack's own")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    options = arguments(given)
    try:
        drifts = write_whole(options.out, lambda draft: write_variant(draft, options))
    except (ValueError, OSError) as error:
        print(f"variant: {error}", file=sys.stderr)
        return 1
    for role, drift in drifts.items():
        print(f"{role}: {drift.describe()}")
    return 0


def write_variant(folder: Path, options: argparse.Namespace) -> dict[str, Drift]:
    manifest = json.loads((options.pack / "model.json").read_text(encoding="utf-8"))
    runs = read_runs(options.runs)
    drifts: dict[str, Drift] = {}
    for role in roles_of(manifest, options.components, runs):
        entry = manifest["components"][role]
        source, target = options.pack / entry["file"], folder / f"{role}.{options.precision}.onnx"
        convert(source, target, options.precision, runs[role])
        drifts[role] = compare(source, target, runs[role], options.threads)
        entry.update(file_entry(folder, target), precision=options.precision)
        data = target.with_name(f"{target.name}.data")
        entry.pop("external_data", None)
        if data.exists():
            entry["external_data"] = [file_entry(folder, data)]
    _copy_rest(manifest, drifts, options.pack, folder)
    _say(manifest, options, drifts)
    (folder / "model.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return drifts


def roles_of(manifest: dict[str, Any], asked: list[str] | None, runs: dict[str, list[Feeds]]) -> list[str]:
    """Throws `PackError` for a role that the pack lacks, is no fp32, or that no golden runs: its drift could not be told."""
    components = manifest["components"]
    if asked is None:
        weights = {role: _bytes(entry) for role, entry in components.items()}
        asked = [role for role, weight in weights.items() if 10 * weight >= sum(weights.values())]
    for role in asked:
        if role not in components:
            raise PackError(f"The pack has no component {role}; it has {', '.join(components)}.")
        if components[role]["precision"] != "fp32":
            raise PackError(f"{role} is {components[role]['precision']} already; a variant is made from fp32.")
        if not runs.get(role):
            raise PackError(f"No golden runs {role}, so its drift cannot be measured.")
    return asked


def _bytes(entry: dict[str, Any]) -> int:
    return entry["bytes"] + sum(file["bytes"] for file in entry.get("external_data", []))


def _copy_rest(manifest: dict[str, Any], changed: dict[str, Drift], source: Path, folder: Path) -> None:
    kept = [entry for role, entry in manifest["components"].items() if role not in changed]
    files = [file["file"] for entry in kept for file in [entry, *entry.get("external_data", [])]]
    for name in [*files, *(file["file"] for file in manifest["files"])]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, folder / name)


def _say(manifest: dict[str, Any], options: argparse.Namespace, drifts: dict[str, Drift]) -> None:
    """The figures of the base are its own; the variant's are its drift and its speed beside it."""
    base = f"{manifest['name']}@{manifest['version']}"
    manifest["name"] = f"{manifest['name']}-{options.precision}"
    manifest["title"] = f"{manifest['title']} ({options.precision})"
    manifest["limitations"] = [
        f"A variant of {base}: {', '.join(drifts)} in {options.precision}. No figure of the base was measured again; its drift is below.",
        *manifest["limitations"],
    ]
    manifest["evaluation"] = [figure for role, drift in drifts.items() for figure in drift.figures(role, base)]
    if options.tolerance is not None:
        for golden in manifest["goldens"]:
            golden["tolerance"] = options.tolerance


if __name__ == "__main__":
    sys.exit(main())
