"""The figures as rows: of the card, with the bar beside, and of the manifest."""

from __future__ import annotations

from ..cxr_align.words import DATA_NAMES

Row = dict[str, object]
BARS = {"label_f1": 0.87, "exact": 0.74}
NAMES = {"label_f1": "label F1 (micro)", "exact": "exact text", "token_accuracy": "words in their place", "bleu": "BLEU", "rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L"}
PIECES, PIECES_BAR = "pieces by teacher forcing", 0.975
ALL = "(all)"


def subset(found: Row, name: str, group: str) -> Row | None:
    """A dataset's figures, or all datasets', of what `radserve eval report` answered of a list."""
    answer = found["asked"].get(f"{name}@refers-mini")
    return next((row for row in answer["figures"] if row["subset"] == group), None) if answer else None


def groups(found: Row) -> list[str]:
    answer = found["asked"].get("report-films@refers-mini")
    return [row["subset"] for row in answer["figures"]] if answer else []


def shown(figure: Row) -> Row:
    return {"value": figure["value"], "interval": [figure["low"], figure["high"]]}


def text_rows(found: Row) -> list[Row]:
    """Every measure of single films by dataset, beside what the commonest text would get."""
    rows = []
    for group in groups(found):
        own = subset(found, "report-films", group)
        for name, figure in own["measures"].items():
            bar = BARS.get(name) if group == ALL else None
            rows.append({"group": group, "what": NAMES[name], "n": own["studies"], **shown(figure), "baseline": own["majority"][name], "bar": bar, "met": None if bar is None else figure["value"] >= bar})
    for row in found["token_accuracy"]:
        is_all = row["group"] == "all"
        rows.append({**row, "group": ALL if is_all else row["group"], "what": PIECES, "bar": PIECES_BAR if is_all else None, "met": row["value"] >= PIECES_BAR if is_all else None})
    return rows


def label_rows(found: Row) -> list[Row]:
    rows = []
    for group in groups(found):
        for label, figure in subset(found, "report-films", group).get("labels", {}).items():
            rows.append({"group": group, "what": f"F1, {label}", "n": figure["studies"], **shown(figure)})
    return rows


def study_rows(found: Row) -> list[Row]:
    """Studies of two films beside each film alone; met where neither film alone does better."""
    rows = []
    for kind, alone in (("pairs", ("report-pairs-first", "report-pairs-second")), ("twins", ("report-films", "report-twins-spoiled"))):
        for group in [*groups(found)]:
            both = subset(found, f"report-{kind}-both", group)
            others = [subset(found, name, group) for name in alone]
            if not both or not all(others):
                continue
            for name in ("label_f1", "exact"):
                singles = [other["measures"][name]["value"] for other in others]
                rows.append({
                    "group": group, "kind": kind, "what": NAMES[name], "n": both["studies"], **shown(both["measures"][name]), "alone": singles,
                    "bar": "the better film's" if group == ALL else None, "met": both["measures"][name]["value"] >= max(singles) if group == ALL else None,
                })
    return rows


def evaluation_rows(found: Row) -> list[Row]:
    """As the manifest has them."""
    def entry(row: Row, metric: str, note: str | None = None) -> Row:
        group = "all" if row["group"] == ALL else str(row["group"])
        made: Row = {"data": DATA_NAMES.get(group, group), "split": str(found["part"]), "n": row["n"], "metric": metric, "value": round(float(row["value"]), 4), "interval": [round(float(at), 4) for at in row["interval"]]}
        if "baseline" in row:
            made["baseline"] = round(float(row["baseline"]), 4)
        bar = f"bar {row['bar']}: {'met' if row['met'] else 'MISSED'}" if row.get("met") is not None else None
        text = "; ".join(part for part in (note, bar) if part)
        return {**made, "note": text} if text else made

    rows = [entry(row, str(row["what"]), "baseline writes the commonest text") for row in text_rows(found)]
    rows += [entry(row, str(row["what"])) for row in label_rows(found) if row["n"] > 0]
    for row in study_rows(found):
        what = "two films of one patient" if row["kind"] == "pairs" else "a film and its spoiled twin"
        rows.append(entry(row, f"{row['what']}, {what}", f"each film alone: {row['alone'][0]:.4f} and {row['alone'][1]:.4f}"))
    return rows
