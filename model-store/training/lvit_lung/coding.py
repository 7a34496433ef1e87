"""What the masks are, in the codes that DICOM's Segmentation objects are written with (SNOMED CT; none looked up in a licensed browser)."""

from __future__ import annotations

Code = dict[str, str]


def code(value: str, meaning: str) -> Code:
    return {"value": value, "scheme": "SCT", "meaning": meaning}


ANATOMICAL_STRUCTURE = code("123037004", "Anatomical Structure")
LUNG = code("39607008", "Lung")
SIDES = {
    "Left lung": (["left"], code("7771000", "Left")),
    "Right lung": (["right"], code("24028007", "Right")),
    "Both lungs": (["both", "bilateral", "bilaterally", "lungs"], code("51440002", "Right and left")),
}
"""The words of the grammar that name a side: a text with words of two sides gets no side."""


def coding() -> list[dict[str, object]]:
    """A mask is a lung or a zone of it, whatever else the text speaks of: the pack outlines no disease."""
    what = {"category": ANATOMICAL_STRUCTURE, "type": LUNG}
    sides = [{"phrases": phrases, "label": f"{label} or a zone of it" if label != "Both lungs" else "Both lungs or zones of them", **what, "type_modifiers": [side]} for label, (phrases, side) in SIDES.items()]
    return [*sides, {"label": "Lung or a zone of it", **what}]
