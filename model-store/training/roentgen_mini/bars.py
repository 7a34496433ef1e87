"""The study's figures as rows of the manifest and of the card, each with its bar and whether it was met."""

from __future__ import annotations

Row = dict[str, object]


def fidelity_row(row: Row) -> Row:
    return {**row, "metric": f"autoencoder, {row['what']}", "note": "whole films of 192 x 192 through the mean latent", **judged(f">= {row['bar']}", float(row["value"]) >= float(row["bar"]), row["group"] == "all")}


def adherence_row(row: Row) -> Row:
    note = f"{row['way']}; baseline is the same judge on the real films of these labels"
    bar = judged(f">= {row['bar']}", row["bar"] is not None and float(row["value"]) >= float(row["bar"]), row["bar"] is not None)
    return {**row, "metric": f"AUROC of {row['judge']} on made films by their prompts: {row['what']}", "baseline": row["real"], "note": note, **bar}


def spread_row(row: Row) -> Row:
    if row["what"] == "Fréchet distance":
        note = f"{row['way']}; generated {row['generated']:.4f}, halves of the real films {row['real_halves']:.4f}"
        return {**row, "metric": f"Fréchet distance over that of two halves of the real films, {row['judge']}", "note": note, **judged("<= 2", float(row["value"]) <= 2)}
    if row["what"] == "pixel deviation":
        return {**row, "metric": "pixel deviation over films, share of the real films'", "note": str(row["way"]), **judged(">= 0.85", float(row["value"]) >= 0.85)}
    return {**row, "metric": "MS-SSIM of two made films of one prompt", "baseline": row["real"], "note": f"{row['way']}; baseline is two real films of the same labels", **judged("within 0.05 of real", abs(float(row["difference"])) <= 0.05)}


def judged(text: str, is_met: bool, has_bar: bool = True) -> Row:
    return {"bar_text": text, "met": is_met} if has_bar else {"met": None}


def all_rows(found: Row) -> list[Row]:
    """Of every way that was studied; the default's first."""
    rows = [fidelity_row(row) for row in found["fidelity"]]
    for name in [way["name"] for way in found["ways"]]:
        rows += [adherence_row(row) for row in found["adherence"] if row["way"] == name]
        rows += [spread_row(row) for row in found["spread"] if row["way"] == name]
    return rows
