"""CARD.md: what the pack is, how well it does, and where it fails, from the figures measured."""

from __future__ import annotations

from ..cxr_align.card import table
from .about import ATTRIBUTIONS, CITATION, INTENDED_USE, LIMITATIONS, NOT_FOR
from .seen import SEEN
from .ways import DEFAULT

Row = dict[str, object]


def shown(row: Row) -> str:
    low_high = f" [{row['interval'][0]:.3f}, {row['interval'][1]:.3f}]" if "interval" in row else ""
    return f"{row['value']:.3f}{low_high}"


def verdict(row: Row) -> str:
    return "" if row["met"] is None else "met" if row["met"] else "**missed**"


def figures(rows: list[Row]) -> str:
    head = ["what", "films", "n", "measured", "real films", "bar", ""]
    return table(head, [[str(r["metric"]), str(r["group"]), str(r["n"]), shown(r), f"{r['baseline']:.3f}" if "baseline" in r else "", str(r.get("bar_text", "")), verdict(r)] for r in rows])


def memory(found: Row) -> str:
    head = ["way", "n", "made films: mean", "greatest", "real unseen films: mean", "greatest"]
    return table(head, [[r["way"], str(r["n"]), f"{r['value']:.3f}", f"{r['greatest']:.3f}", f"{r['real']:.3f}", f"{r['real_greatest']:.3f}"] for r in found["memory"]])


def write_card(found: Row, rows: list[Row], about: dict[str, str]) -> str:
    """The card in Markdown. `about` holds training's numbers and notes."""
    own = [row for row in rows if row.get("way", DEFAULT.name) == DEFAULT.name]
    checks = [row for row in own if row["met"] is not None]
    missed = [row for row in checks if not row["met"]]
    parts = [
        "# roentgen-mini 1.0.0",
        "**Every picture that this pack makes is synthetic: no patient, no finding, not for diagnosis.** Latent diffusion in miniature, from a short English prompt to a chest radiograph of 192 x 192 pixels, trained on open films, that runs on two processor cores.",
        f"**Meant for.** {INTENDED_USE}\n\n**Not for.** {NOT_FOR}",
        "## In short",
        f"{len(checks) - len(missed)} of {len(checks)} checks against the project's bars are met on `{found['part']}` with the pack's defaults. "
        + ("Missed: " + "; ".join(f"{row['metric']} ({row['group']}) {shown(row)}, bar {row['bar_text']}" for row in missed) + "." if missed else "None is missed."),
        "## What one sees", SEEN["sheet"] + "\n\n![prompts down, seeds across](sheet.jpg)",
        "## What it is", about["architecture"],
        "## Data", about["data"] + "\n\nAttributions that travel with the pack:\n\n" + "\n".join(f"- {line}" for line in ATTRIBUTIONS) + f"\n- {CITATION}",
        "## Training", about["training"] + "\n\n![losses](loss.png)",
        "## Evaluation",
        f"Films of `{found['part']}`, held out by patient. For up to 96 films of a dataset one was made from the plain prompt about it, with seeds of their own; judges then tell the made films apart by what the prompts said. Brackets are 95 % intervals from 2,000 bootstrap samples "
        "(of patients for real films; of pictures for made ones, 200 for deviation and MS-SSIM; of Fréchet distances the middle 95 % of splits). Bacterial or viral is asked of films with pneumonia only. Fréchet distances are taken over 16 principal directions of training films, with as many made films as half the real ones, and are means over 20 splits. Defaults: "
        f"DPM-Solver++ 2M, {DEFAULT.steps} steps, guidance {DEFAULT.guidance}, rescale {DEFAULT.rescale}, {DEFAULT.calls} denoiser calls a picture.",
        "### With the pack's defaults", figures(own),
        "### How the judges read real films", table(["question", "films", "judge", "n", "AUROC"], [[r["what"], r["group"], r["judge"], str(r["n"]), shown(r)] for r in found["judges"]]),
        "### Other ways", SEEN["few_steps"] + "\n\nCompared: " + "; ".join(f"`{way['name']}`: {way['steps']} steps, guidance {way['guidance']}, {way['calls']} denoiser calls" for way in found["ways"]) + ".",
        figures([row for row in rows if "way" in row and row["way"] != DEFAULT.name]),
        "### Copies of training films", SEEN["nearest"] + " Correlation with the most correlated training film at 48 x 48 pixels:\n\n" + memory(found) + "\n\n![made film, then the most correlated training film](nearest.jpg)",
        "## Limits", "\n".join(f"- {line}" for line in LIMITATIONS),
        "## Files and speed",
        ", ".join(f"`{name}` {size / 1e6:.2f} MB" for name, size in found["sizes"].items())
        + f". Weights are stored as float16 (the modules were rounded before evaluation, so nothing more is lost) and computed as float32. Largest differences: {differences(found)}. "
        "Milliseconds on one thread of the busy build machine, one row: " + ", ".join(f"{name} {value:.0f}" for name, value in found["milliseconds"].items()) + ".",
    ]
    return "\n\n".join(str(part) for part in parts) + "\n"


def differences(found: Row) -> str:
    return "; ".join(f"{name}: graph from PyTorch {own['graph']:.0e}, rounding of the weights {own['half_weights']:.0e}" for name, own in found["parity"].items())
