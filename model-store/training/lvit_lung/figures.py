"""From the notes of a study to the figures of the card."""

from __future__ import annotations

import numpy as np

from ..cxr_align.statistics import figure, mean
from .cases import CASES
from .flags import is_empty_or_flagged, is_flagged
from .study import Row, Study

BARS = {"left lung": 0.96, "right lung": 0.96, "both lungs": 0.96}
KIND_BARS = {"whole": 0.96, "thirds": 0.91, "halves": 0.94}
ZONE_BARS = {"upper": 0.91, "middle": 0.91, "lower": 0.88}


def case_rows(study: Study) -> list[Row]:
    """Dice, IoU and HD95 of every case and kind, by dataset, beside the prior's."""
    found: list[Row] = []
    chosen = {case.name: [note for note in study.regions if note["case"] == case] for case in CASES}
    for zone in ("upper", "middle", "lower", "upper half", "lower half"):
        chosen[f"{zone}, any side"] = [note for note in study.regions if note["case"].zone == zone]
    for kind in ("whole", "thirds", "halves"):
        chosen[kind] = [note for note in study.regions if note["case"].kind == kind]
    for name, notes in chosen.items():
        bar = BARS.get(name) or KIND_BARS.get(name) or (ZONE_BARS.get(name.split(",")[0]) if name.endswith("any side") else None)
        for group, use in study.groups().items():
            row = study.measured(notes, use, "dice", rival="prior")
            those = [note for note in notes if use[note["film"]]]
            found.append({
                "what": name, "group": group, "bar": bar, **row,
                "iou": average(those, "iou"), "prior_iou": average(those, "prior_iou"), "hd95": average(those, "hd95"), "prior_hd95": average(those, "prior_hd95"),
                "hd95_median": round(float(np.median([note["hd95"] for note in those])), 2), "below_0.7": round(float(np.mean([note["dice"] < 0.7 for note in those])), 4),
            })
    return found


def average(notes: list[Row], measure: str) -> float:
    return round(float(np.mean([note[measure] for note in notes])), 4)


def swap_rows(study: Study) -> list[Row]:
    """How often both masks of a film are on the named side when left and right change places in one text.

    A film's wording of a left case and of its right case differ in that word alone.
    """
    pairs: dict[tuple[int, str], list[Row]] = {}
    for note in study.regions:
        if note["case"].side != "both":
            pairs.setdefault((note["film"], note["case"].zone), []).append(note)
    follows = [{"film": film, "whole": zone == "whole", "follows": all(note["own_side"] for note in notes)} for (film, zone), notes in pairs.items()]
    return [
        {"what": name, "group": group, "bar": 0.99, **study.measured([note for note in follows if note["whole"] == is_whole], use, "follows")}
        for name, is_whole in (("whole", True), ("parts", False)) for group, use in study.groups().items()
    ]


def unseen_rows(study: Study) -> list[Row]:
    """Dice with unseen wordings beside that with seen ones."""
    found = []
    chosen = {kind: [note for note in study.regions if note["case"].kind == kind] for kind in ("whole", "thirds", "halves")}
    chosen["all"] = study.regions
    chosen |= {case.name: [note for note in study.regions if note["case"] == case] for case in CASES}
    for name, notes in chosen.items():
        for group, use in study.groups().items():
            if group in ("all", "adults") or name in ("whole", "thirds", "halves", "all"):
                found.append({"what": name, "group": group, "bar": -0.005 if name in ("whole", "thirds", "halves", "all") else None, **study.measured(notes, use, "unseen_dice", rival="dice")})
    return found


def sentence_rows(study: Study) -> list[Row]:
    return [
        {"what": kind, "group": group, **study.measured([note for note in study.sentences if note["kind"] == kind], use, "dice", rival="prior")}
        for kind in ("annotation", "combination") for group, use in study.groups().items()
    ]


def nothing_rows(study: Study, least: float) -> list[Row]:
    """Texts that name no region: how often the mask is empty, flagged, or either."""
    for note in study.empties:
        note["flagged"] = is_flagged(note["text"], note["answer"], least)
        note["either"] = is_empty_or_flagged(note["text"], note["answer"], least)
    kinds = dict.fromkeys(note["kind"] for note in study.empties)
    chosen = {"no region, all kinds": [note for note in study.empties if note["kind"] != "a region is denied"]}
    chosen |= {kind: [note for note in study.empties if note["kind"] == kind] for kind in kinds}
    found = []
    for name, notes in chosen.items():
        for group, use in study.groups().items():
            if group in ("all", "kermany", "hannover") and any(use[note["film"]] for note in notes):
                those = [note for note in notes if use[note["film"]]]
                row = study.measured(notes, use, "either")
                found.append({"what": name, "group": group, "bar": 0.95 if name != "a region is denied" else None, **row, "empty": average(those, "empty"), "flagged": average(those, "flagged"), "area_share": average(those, "share")})
    return found


def false_flags(study: Study, least: float) -> list[Row]:
    """Texts that do name a region, yet are flagged or get an empty mask."""
    found = []
    for name, mark in (("seen wordings", ""), ("unseen wordings", "unseen_")):
        for note in study.regions:
            note[f"{mark}false"] = note[f"{mark}empty"] or is_flagged(note[f"{mark}text"], note[f"{mark}answer"], least)
        values = np.array([float(note[f"{mark}false"]) for note in study.regions])
        found.append({"what": name, **figure(mean, study.patients[[note["film"] for note in study.regions]], values), "n": len(study.films), "masks": len(values)})
    return found


def worst_texts(study: Study, least: float, count: int = 12) -> list[Row]:
    """The texts without a region that got through most often."""
    through: dict[str, list[bool]] = {}
    for note in study.empties:
        through.setdefault(note["text"], []).append(not is_empty_or_flagged(note["text"], note["answer"], least))
    shares = sorted(((float(np.mean(values)), len(values), text) for text, values in through.items()), reverse=True)
    return [{"text": text, "share": round(share, 3), "n": n} for share, n, text in shares[:count] if share > 0]


def all_figures(study: Study, least: float) -> Row:
    counts = {name: int(use.sum()) for name, use in study.groups().items()}
    return {
        "part": study.part, "films": counts, "low_confidence_below": least, "regions": case_rows(study), "swap": swap_rows(study), "unseen": unseen_rows(study),
        "sentences": sentence_rows(study), "nothing": nothing_rows(study, least), "false_flags": false_flags(study, least), "worst_texts": worst_texts(study, least),
    }
