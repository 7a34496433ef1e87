"""CARD.md: what the pack is, how well it does, and where it fails, from the figures measured."""

from __future__ import annotations

from .words import ATTRIBUTIONS, DATA_NAMES, INTENDED_USE, LIMITATIONS, NOT_FOR

Found = dict[str, object]


def span(row: Found, value: str = "value", interval: str = "interval") -> str:
    low, high = row[interval]
    return f"{row[value]:.3f} [{low:.3f}, {high:.3f}]"


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows))


def verdict(is_met: bool) -> str:
    return "met" if is_met else "**missed**"


def bars(found: Found) -> list[list[str]]:
    """Every bar of the design, with what was measured and whether it was met."""
    rows = [[row["question"], str(row["n"]), f">= {row['bar']}", span(row), verdict(row["value"] >= row["bar"])] for row in found["questions"] if row["bar"]]
    for row in found["questions"]:
        if row["bar"]:
            text = f"{span(row, 'difference', 'difference_interval')}"
            rows.append([f"{row['question']}: above the thumbnail", str(row["n"]), "> 0", text, verdict(row["difference_interval"][0] > 0)])
    for row in found["paraphrases"]:
        rows.append([f"{row['question']}: change with unseen wordings", str(row["n"]), ">= -0.01", span(row, "difference", "difference_interval"), verdict(row["difference"] >= -0.01)])
    for row in found["neighbours"]:
        rows.append([f"image to image P@5, {row['source']}", str(row["n"]), ">= 0.75", span(row), verdict(row["value"] >= 0.75)])
    limits = {"children: pneumonia or normal": 0.80, "NIH: abnormal or normal": 0.65}
    for row in found["shortcuts"]:
        if row["condition"].startswith("lungs") and row["question"] in limits:
            limit = limits[row["question"]]
            rows.append([f"{row['question']}, {row['condition']}", str(row["n"]), f"<= {limit:.2f}", span(row), verdict(row["value"] <= limit)])
        if row["condition"].startswith("outside") and row["question"] in (*limits, "children: bacterial or viral"):
            rows.append([f"{row['question']}, {row['condition']}: change", str(row["n"]), "within 0.02", span(row, "difference", "difference_interval"), verdict(abs(row["difference"]) <= 0.02)])
    for row in found["maps"]:
        rows.append([f"{row['measure']}, {row['words']}, {row['group']}", str(row["n"]), f">= {row['bar']}", span(row), verdict(row["value"] >= row["bar"])])
    return rows


def comparison(found: Found) -> list[list[str]]:
    return [
        [row["question"], f"{row['n']} ({row['positives']})", span(row), f"{row['baseline']:.3f}", span(row, "difference", "difference_interval")]
        for row in found["questions"]
    ]


def covered(found: Found) -> list[list[str]]:
    conditions = list(dict.fromkeys(row["condition"] for row in found["shortcuts"]))
    questions = list(dict.fromkeys(row["question"] for row in found["shortcuts"]))
    cells = {(row["condition"], row["question"]): row for row in found["shortcuts"]}
    intact = ["intact", *(f"{cells[conditions[0], question]['baseline']:.3f}" for question in questions)]
    return [intact, *([condition, *(span(cells[condition, question]) for question in questions)] for condition in conditions)]


def write_card(found: Found, about: Found) -> str:
    """The card in Markdown. `about` holds training's numbers and notes."""
    questions = list(dict.fromkeys(row["question"] for row in found["shortcuts"]))
    missed = [row for row in bars(found) if "missed" in row[-1]]
    films = ", ".join(f"{DATA_NAMES[name]}: {count}" for name, count in found["films"].items())
    parts = [
        "# cxr-align 1.0.0",
        "A dual encoder for frontal chest radiographs and short English texts, small enough to run on one processor core. **Not for diagnosis.**",
        f"**Meant for.** {INTENDED_USE}\n\n**Not for.** {NOT_FOR}",
        "## In short",
        f"{len(bars(found)) - len(missed)} of {len(bars(found))} checks against the project's bars are met on `{found['part']}`, which was looked at once, after training and every choice were over. "
        + (f"Missed: {'; '.join(row[0] + ' ' + row[3] for row in missed)}." if missed else "None is missed."),
        "Finding labels occur in the training sentences, so this is classification by prompts that resemble training, not zero-shot recognition of unseen diseases.",
        "## What it is",
        about["architecture"],
        "## Data",
        f"{about['data']} Films of `{found['part']}`: {films}; {found['drawn_masks']} of them have drawn lung masks, the others' lungs were predicted by a small segmenter ({about['segmenter']}).",
        "Attributions that travel with the pack:\n\n" + "\n".join(f"- {line}" for line in ATTRIBUTIONS),
        "## Training",
        about["training"] + "\n\n![losses](loss.png)",
        "## Evaluation",
        f"Scores combine as {found['combination']['global']} x global cosine + {found['combination']['local']} x local score, chosen on validation. Brackets are 95 % intervals from 2,000 bootstrap "
        "samples of patients. The rival is logistic regression on an 8x8 thumbnail of the film, fitted on the same dataset's other films.",
        "### Bars", table(["what", "n", "bar", "measured", ""], bars(found)),
        "### Prompts, per dataset, beside the thumbnail", table(["question", "n (positive)", "AUROC", "thumbnail", "difference"], comparison(found)),
        "Sex, age, child or adult, and the rare NIH findings are reported because they can be measured; nothing is claimed for them. Child or adult is a difference between datasets. "
        "COVID-19 is left unmeasured as a classification: within the Hannover films nearly every film has it, and between datasets it would only tell the hospital.",
        "### Shortcuts", "AUROC of the same prompts with parts of the film covered. What is left with the lungs covered is what the model reads elsewhere.",
        table(["films", *questions], covered(found)),
        "### Films alike", "Share of the five nearest films (other patients, same dataset) of the same class. Classes: 0 normal, 1 bacterial, 2 viral, 3 pneumonia of no known cause.",
        table(["dataset", "n", "P@5", "thumbnail", "by class"], [[r["source"], str(r["n"]), span(r), f"{r['baseline']:.3f}", str(r["by_class"])] for r in found["neighbours"]]),
        "### Word maps",
        "`even` is a look spread evenly over the film, `prior` one fixed map for all films (mean lungs of training).",
        table(
            ["measure", "words", "films", "n", "share", "even", "prior", "films on the right side"],
            [[r["measure"], r["words"], r["group"], str(r["n"]), span(r), f"{r['even_look']:.3f}" if "even_look" in r else "0.5", f"{r['baseline']:.3f}" if "baseline" in r else "", f"{r['films_right']:.3f}" if "films_right" in r else ""] for r in found["maps"]],
        ),
        "## Limits", "\n".join(f"- {line}" for line in LIMITATIONS),
        "## Files and speed",
        about["files"],
    ]
    return "\n\n".join(str(part) for part in parts) + "\n"
