"""`model.json` of an imported REFERS."""

from __future__ import annotations

from typing import Any

from importing.identity import Identity, head

from .plan import VIEWS, RefersPlan

REPOSITORY = "https://github.com/funnyzhou/REFERS"
COMMIT = "df7e83e"
CITATION = "Zhou H.-Y. et al. Generalized radiograph representation learning via cross-supervision between images and free-text radiology reports. Nature Machine Intelligence 2022, arXiv:2111.03452."
BEAMS, STEPS = 5, 30
"""The search that the released code means to do, with the last token barred from coming again."""


def manifest(
    identity: Identity, plan: RefersPlan, components: dict[str, Any], files: list[dict[str, Any]], goldens: list[dict[str, Any]]
) -> dict[str, Any]:
    tokenizer = next(entry for entry in files if entry["file"] == "tokenizer.json")
    resize = {"op": "resize", "mode": "exact", "size": plan.image_side, "interpolation": "linear"}
    return {
        **head(identity, "report", ["reports"], CITATION),
        "components": components,
        "files": files,
        "image": {
            # Channels are turned to BGR and normalised inside the graph, so that films cross the process border as bytes.
            "steps": [resize, {"op": "channels", "count": 3}],
            "dicom": {"window": "voi", "invert_monochrome1": True},
        },
        "views": {"max": VIEWS, "fusion": "graph", "fill": "repeat", "order": "as_given"},
        "generation": {
            "tokenizer": tokenizer, "bos": plan.begin, "eos": plan.end, "pad": plan.pad, "unk": plan.pad,
            "max_tokens": plan.positions,
            "defaults": {"method": "beam", "beams": BEAMS, "forbid_repeat_last": True, "max_tokens": min(STEPS, plan.positions)},
        },
        "goldens": goldens,
    }
