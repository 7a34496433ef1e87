"""CARD.md: what the pack is, how well it does, and where it fails, from the figures measured."""

from __future__ import annotations

from ..cxr_align.card import span, table, verdict
from .about import ATTRIBUTIONS, FIRST_LINE, INTENDED_USE, LIMITATIONS, NAME, NOT_FOR, VERSION
from .bars import ALL, label_rows, study_rows, text_rows

Found = dict[str, object]


def named(row: Found) -> str:
    return "all" if row["group"] == ALL else str(row["group"])


def bar_table(found: Found) -> list[list[str]]:
    rows = []
    for row in text_rows(found):
        if row["met"] is not None:
            rows.append([row["what"], str(row["n"]), f">= {row['bar']}", span(row), f"{row['baseline']:.3f}", verdict(row["met"])])
    for row in study_rows(found):
        if row["met"] is not None:
            what = "two films of a patient" if row["kind"] == "pairs" else "film and spoiled twin"
            rows.append([f"{what}: {row['what']}", str(row["n"]), f">= {max(row['alone']):.3f} (better film)", span(row), "", verdict(row["met"])])
    return rows


def classification_table(found: Found) -> list[list[str]]:
    rows = []
    for name, answer in found["asked"].items():
        if answer["task"] != "classification":
            continue
        for group in answer["figures"]:
            for label in group["labels"]:
                figures = [f"{label[key]['value']:.3f} [{label[key]['low']:.3f}, {label[key]['high']:.3f}]" if key in label else "" for key in ("auroc", "average_precision")]
                rows.append([answer["model"]["name"], name.split("@")[0].removeprefix("classification-"), group["subset"], label["label"], f"{label['films']} ({label['positives']})", *figures])
    return rows


def retrieval_table(found: Found) -> list[list[str]]:
    rows = []
    for name, answer in found["asked"].items():
        if answer["task"] == "retrieval":
            for row in answer["figures"]:
                cells = [f"{own['value']:.3f} [{own['low']:.3f}, {own['high']:.3f}]" for own in row["precision"].values()]
                rows.append([answer["model"]["name"], name.split("@")[0].removeprefix("retrieval-"), row["class"], str(row["queries"]), *cells])
    return rows


def write_card(found: Found, about: dict[str, str]) -> str:
    bars = bar_table(found)
    missed = [f"{row[0]} {row[3]}" for row in bars if "missed" in row[-1]]
    sizes = found["sizes"]
    own = sizes["view_fusion.onnx"] + sizes["decoder_step.onnx"]
    speed = found["milliseconds"]
    films = "; ".join(f"{part}: " + ", ".join(f"{name} {count}" for name, count in counts.items()) for part, counts in found["films"].items())
    parts = [
        FIRST_LINE,
        f"# {NAME} {VERSION}",
        "It reads a study of one to four frontal chest radiographs into one vector (in the space of cxr-align) and writes a findings text in fixed words. **Not for diagnosis.**",
        f"**Meant for.** {INTENDED_USE}\n\n**Not for.** {NOT_FOR}",
        "## In short",
        f"{len(bars) - len(missed)} of {len(bars)} bars are met on `{found['part']}`, which was first looked at after training and every choice were over (what was tried then, and put back, is told under Training). " + (f"Missed: {'; '.join(missed)}." if missed else "None is missed."),
        table(["what", "n", "bar", "measured", "majority", ""], bars),
        "The majority writes the commonest text for every film. Brackets are 95 % intervals of a bootstrap over patients (2,000 samples). Pooled figures are mostly the children's: read them per dataset below.",
        "## What it is", about["architecture"],
        "## Data", f"{about['data']} Films by dataset: {films}.",
        "Attributions that travel with the pack:\n\n" + "\n".join(f"- {line}" for line in ATTRIBUTIONS),
        "## Training", about["training"] + "\n\n![losses](loss.png)",
        "## Texts, by dataset", "Greedy texts of single films, as `radserve eval report` gives them; pieces by teacher forcing are of our own code, which sees the logits.",
        table(["dataset", "measure", "n", "measured", "majority"], [[named(row), row["what"], str(row["n"]), span(row), f"{row['baseline']:.3f}"] for row in text_rows(found)]),
        "### Labels", "F1 of each label that a text can say; n is how many films have it. Below some dozens of films a figure claims nothing. COVID-19 is dataset identity.",
        table(["dataset", "label", "films", "F1"], [[named(row), row["what"].removeprefix("F1, "), str(row["n"]), span(row)] for row in label_rows(found)]),
        "## Studies of two films", about["studies"],
        table(["films", "dataset", "measure", "n", "both", "first alone", "second alone"], [[row["kind"], named(row), row["what"], str(row["n"]), span(row), f"{row['alone'][0]:.3f}", f"{row['alone'][1]:.3f}"] for row in study_rows(found)]),
        "## Films that it should not read", about["outliers"],
        table(["pictures", "n", "no report", "median score"], [[row["kind"], str(row["n"]), f"{100 * row['told']:.1f} %", f"{row['median']:.2f}"] for row in found["outliers"]]),
        "## The space, beside cxr-align's", about["space"],
        table(["model", "question", "dataset", "label", "n (positive)", "AUROC", "average precision"], classification_table(found)),
        table(["model", "list", "class", "queries", "P@5", "P@10", "P@50"], retrieval_table(found)),
        "## Limits", "\n".join(f"- {line}" for line in LIMITATIONS),
        "## Files and speed",
        ", ".join(f"`{name}` {size / 1e6:.2f} MB" for name, size in sizes.items())
        + f". `view_fusion.onnx` and `decoder_step.onnx` are its own, {own / 1e6:.2f} MB together; the other graphs are cxr-align's, byte for byte. Own weights are stored as float16 (the model was rounded before evaluation, so nothing is lost) and computed as "
        f"float32; graphs differ from PyTorch by at most {max(found['parity'].values()):.0e}. On one thread of the (busy) build machine: {speed['one film']:.1f} ms to fuse one film, {speed['four films']:.1f} ms for four, {speed['token']:.1f} ms a token.",
    ]
    return "\n\n".join(str(part) for part in parts) + "\n"
