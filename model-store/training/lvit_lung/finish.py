"""From a trained model to the files of the pack."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from ..corpus.manifest import read_manifest
from ..cxr_align.losses_figure import draw_losses
from .about import BEGUN, SEEN
from .card import write_card
from .export import export_all, finished
from .figures import all_figures
from .film_list import write_film_list
from .flags import least_confidence
from .goldens import TEXTS, make_goldens
from .manifest_file import write_manifest
from .model import LVitLung
from .parity import compare, milliseconds
from .reading import GraphReader, Reader
from .sheet import draw_sheet
from .study import Study, greatest_probabilities


def chosen_limit(data: Path, work: Path, reader: Reader) -> float:
    """The confidence limit, from the validation films' own regions; kept beside the checkpoint it belongs to."""
    stored, checkpoint = work / "limit.json", work / "checkpoint.pt"
    if not stored.exists() or stored.stat().st_mtime < checkpoint.stat().st_mtime:
        limit = least_confidence(np.array(greatest_probabilities(data, work, "validation", reader)))
        stored.write_text(json.dumps({"low_confidence_below": limit}))
    return float(json.loads(stored.read_text())["low_confidence_below"])


def finish(model: LVitLung, tokenizer: Tokenizer, data: Path, work: Path, out: Path, part: str) -> None:
    """Export, check, evaluate on `part`, and write everything the pack holds."""
    model = finished(model)
    reader = Reader(model, tokenizer)
    export_all(model, out)
    table = read_manifest(data)
    films = np.load(work / "films-160.npy", mmap_mode="r")[np.flatnonzero(table["part"] == "validation")[: len(TEXTS)]]
    differences, speed = compare(reader, np.ascontiguousarray(films), TEXTS, out), milliseconds(out)
    print(f"graphs differ from PyTorch by at most {differences}; milliseconds {speed}", flush=True)
    shutil.copyfile(work / "tokenizer.json", out / "tokenizer.json")
    draw_losses(work / "losses.jsonl", out / "loss.png")
    graphs = GraphReader(model, tokenizer, out)
    limit = chosen_limit(data, work, graphs)
    print(f"low confidence below {limit}", flush=True)
    study = Study(data, work, part, graphs)
    found = {**all_figures(study, limit), "parity": differences, "milliseconds": speed}
    (out / "evaluation.json").write_text(json.dumps(found, indent=1) + "\n")
    print(f"films, masks and texts for `radserve eval segmentation`: {write_film_list(study, work / f'films-{part}')}", flush=True)
    names = draw_sheet(study, reader, out / "overlays.jpg")
    about = describe(model, work, out, found, names)
    goldens = make_goldens(reader, table, data, out)
    write_manifest(out, found, goldens, {"data": about["data"], "size": about["size"], "how": about["training"]})
    (out / "CARD.md").write_text(write_card(found, about))


def describe(model: LVitLung, work: Path, out: Path, found: dict[str, object], names: list[str]) -> dict[str, str]:
    """The sentences of the card that hold numbers of this run."""
    last = json.loads((work / "losses.jsonl").read_text().splitlines()[-1])
    count = {name: sum(v.numel() for v in getattr(model, name).parameters()) / 1e6 for name in ("image", "text", "segmenter")}
    sizes = {path.name: path.stat().st_size for path in sorted(out.glob("*.onnx"))}
    speed = found["milliseconds"]
    return {
        "architecture": (
            "LViT's parts, made small. A U of convolutions (five levels, 24 to 128 channels, the first at 80 x 80 after a space-to-depth step); beside it a U of transformer blocks over a 10 x 10 grid of cells at four levels "
            "(48 to 128 wide, patches of 8, 4, 2 and 1), GELU after both layers of the MLP; the text is added to the tokens of the first level only, through convolutions over words and from words to cells; tokens return as maps "
            "that are added to the skips; pixel-level attention (PLAM, without a sigmoid, as published) on every skip of the decoder. Departures: an own word-level text encoder (two transformer layers over at most 24 words) in place of BERT; "
            "token maps are enlarged bilinearly, not by repetition; pooling at five levels of which the last is 5 x 5. "
            f"Parameters: image {count['image']:.2f} M, text {count['text']:.2f} M, segmenter {count['segmenter']:.2f} M. The convolutional encoder never sees the text, as in LViT, so it is a graph of its own: several texts on one film share it. "
            "What follows (transformer U and decoder) depends on the text and runs once a text."
        ),
        "data": "1,295 films with drawn lungs for training (1,240 of children, 55 of adults), 113 for choices (100 and 13), 171 for test (167 and 4), apart by patient; three open sources. Texts are composed, no report was used.",
        "size": f"1,295 films, {sum(count.values()):.2f} M parameters",
        "training": (
            f"{BEGUN} One seed, {last['step']} steps of 10 films with three texts each in {last['minutes']:.0f} minutes of one core, AdamW. Loss: binary cross-entropy plus one minus Dice. Films are rotated, scaled, "
            "squashed, shifted, hazed, toned and framed, never flipped (the text's sides and the heart's would disagree); adults' films are drawn four times as often. Texts are drawn anew at every step from a grammar: whole lungs, thirds and "
            "halves in many wordings, half of them put together from exchangeable pieces, lower thirds twice as often, two places together or one without another, the sentences of QaTa-COV19's sheets, and one in eleven that names no region or denies one; "
            "unknown and empty words are put anywhere, small words and marks are lost. Beside them 192 texts a step teach the text encoder alone: every word's vector has to tell the parts that its text names, through a layer that is left behind."
        ),
        "sheet": f"Twelve films of `{found['part']}` (every adult's, then children's at even steps), two texts each: orange is the model's mask, the cyan line the drawn border. Films: {', '.join(names)}. {SEEN}",
        "files": (
            ", ".join(f"`{name}` {size / 1e6:.2f} MB" for name, size in sizes.items())
            + f". Weights are stored as float16 (the model was rounded before evaluation, so nothing is lost) and computed as float32; graphs differ from PyTorch by at most {max(found['parity'].values()):.0e}. "
            f"On one thread of the (busy) build machine: {speed['image']:.1f} ms a film, {speed['text']:.1f} ms a text, {speed['mask']:.0f} ms a mask, {speed['mask among eight']:.0f} ms a mask among eight."
        ),
    }
