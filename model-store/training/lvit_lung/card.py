"""CARD.md: what the pack is, how well it does, and where it fails, from the figures measured."""

from __future__ import annotations

from ..cxr_align.card import span, table
from .about import ATTRIBUTIONS, CITATION, DATA_NAMES, INTENDED_USE, LIMITATIONS, LOOKS, NAME, NOT_FOR, VERSION

Found = dict[str, object]


def verdict(is_met: bool) -> str:
    return "met" if is_met else "**missed**"


def bars(found: Found) -> list[list[str]]:
    """Every bar of the design on all films of the part together."""
    rows = [[f"Dice, {r['what']}", str(r["n"]), f">= {r['bar']}", span(r), f"{r['baseline']:.3f}", verdict(r["value"] >= r["bar"])] for r in found["regions"] if r["bar"] and r["group"] == "all"]
    rows += [[f"masks follow left and right, {r['what']}", f"{r['masks']} pairs", ">= 0.99", span(r), "", verdict(r["value"] >= r["bar"])] for r in found["swap"] if r["group"] == "all"]
    rows += [
        [f"unseen wordings, {r['what']}: change of Dice", str(r["n"]), ">= -0.005", span(r, "difference", "difference_interval"), "", verdict(r["difference"] >= r["bar"])]
        for r in found["unseen"] if r["bar"] and r["group"] == "all"
    ]
    rows += [[f"empty or flagged, {r['what']}", f"{r['masks']} masks", ">= 0.95", span(r), "", verdict(r["value"] >= r["bar"])] for r in found["nothing"] if r["bar"] and r["group"] == "all"]
    return rows


def regions(found: Found, groups: tuple[str, ...]) -> str:
    head = ["what", "films", "n", "Dice", "IoU", "below 0.7", "HD95 mean (median)", "prior: Dice", "prior: IoU", "prior: HD95"]
    rows = [
        [r["what"], r["group"], str(r["n"]), span(r), f"{r['iou']:.3f}", f"{r['below_0.7']:.1%}", f"{r['hd95']:.1f} ({r['hd95_median']:.1f})", f"{r['baseline']:.3f}", f"{r['prior_iou']:.3f}", f"{r['prior_hd95']:.1f}"]
        for r in found["regions"] if r["group"] in groups
    ]
    return table(head, rows)


def write_card(found: Found, about: Found) -> str:
    """The card in Markdown. `about` holds training's numbers and notes."""
    checks = bars(found)
    missed = [row for row in checks if "missed" in row[-1]]
    films = ", ".join(f"{DATA_NAMES[name]}: {count}" for name, count in found["films"].items())
    parts = [
        f"# {NAME} {VERSION}",
        "Text-guided segmentation of the lungs on frontal chest radiographs: a small model of the LViT design, trained on open films, that runs on one processor core. **Not for diagnosis.**",
        f"**Meant for.** {INTENDED_USE}\n\n**Not for.** {NOT_FOR}",
        "## In short",
        f"{len(checks) - len(missed)} of {len(checks)} checks against the project's bars are met on `{found['part']}`. {LOOKS} "
        + (f"Missed: {'; '.join(row[0] + ' ' + row[3] for row in missed)}." if missed else "None is missed."),
        "It outlines the place that the text names. It does not look for disease.",
        "## What it is", about["architecture"],
        "## Data", f"{about['data']} Films of `{found['part']}` with drawn lungs: {films}.",
        "Attributions that travel with the pack:\n\n" + "\n".join(f"- {line}" for line in ATTRIBUTIONS) + f"\n- {CITATION}",
        "## Training", about["training"] + "\n\n![losses](loss.png)",
        "## Evaluation",
        "Measured on the shipped graphs with onnxruntime. Probabilities are resampled bilinearly to the film's own size (320 pixels on its longest side), then cut at > 0.5; nothing is filled or removed. Brackets are 95 % intervals from 2,000 bootstrap samples of "
        "patients. The prior is the mean mask of the training films for the same region, cut at the level that suits them best: what a model that never looks at the film would score. HD95 is the 95th percentile "
        "of the distances between the two borders, both directions together, in pixels of the 320-pixel film; a missing mask counts the film's diagonal. Each film takes the wordings of a region in turn.",
        "### Bars, all films together", table(["what", "n", "bar", "measured", "prior", ""], checks),
        f"Nearly all films are children's. The {found['films'].get('adults', 0)} adults' films apart:",
        regions(found, ("adults",)),
        "### Every region, per dataset", regions(found, ("kermany", "hannover", "cohen", "all")),
        "### Left and right change places in the text", table(["regions", "films", "pairs of texts", "both masks follow"], [[r["what"], r["group"], str(r["masks"]), span(r)] for r in found["swap"]]),
        "### Wordings that training never drew",
        "A text is drawn anew if the model would read it as one of these, marks aside and whichever words are unknown to it.",
        table(["regions", "films", "n", "Dice, unseen", "Dice, seen", "difference"], [[r["what"], r["group"], str(r["n"]), span(r), f"{r['baseline']:.3f}", span(r, "difference", "difference_interval")] for r in found["unseen"]]),
        "### Sentences",
        "`annotation`: the sentence grammar of QaTa-COV19's text sheets ('Bilateral pulmonary infection, two infected areas, upper left lung and upper right lung.'); the truth here is the places that it names. "
        "`combination`: two places together, or one without another. Both are drawn from the training grammar anew, so single sentences may have occurred in training.",
        table(["kind", "films", "masks", "Dice", "prior"], [[r["what"], r["group"], str(r["masks"]), span(r), f"{r['baseline']:.3f}"] for r in found["sentences"]]),
        "### Texts that name no region",
        f"All unseen in training. Flagged: the text holds none of the manifest's `known.phrases`, or the mask's greatest probability is below {found['low_confidence_below']} (chosen on validation). "
        "Texts that deny a region do name one; they are reported apart, without a bar, and here only an empty mask is right.",
        table(["texts", "films", "masks", "empty or flagged", "empty", "flagged", "mean share of the film marked"], [[r["what"], r["group"], str(r["masks"]), span(r), f"{r['empty']:.3f}", f"{r['flagged']:.3f}", f"{r['area_share']:.4f}"] for r in found["nothing"]]),
        "Texts that got through most often: " + ("; ".join(f"\"{r['text']}\" ({r['share']:.0%} of {r['n']})" for r in found["worst_texts"]) or "none") + ".",
        "The other way round, texts that do name a region but were flagged or got nothing: " + "; ".join(f"{r['what']} {span(r)}" for r in found["false_flags"]) + ".",
        "### Seen", about["sheet"] + "\n\n![overlays](overlays.jpg)",
        "## Limits", "\n".join(f"- {line}" for line in LIMITATIONS),
        "## Files and speed", about["files"],
    ]
    return "\n\n".join(str(part) for part in parts) + "\n"
