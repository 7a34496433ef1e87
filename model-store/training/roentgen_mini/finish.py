"""From the trained modules to the files of the pack."""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from .about import TITLE
from .bars import all_rows
from .card import write_card
from .classifier import Classifier
from .export import export_all, in_halves
from .generation import Generator
from .goldens import make_goldens
from .judges import AlignJudge, ClassifierJudge
from .losses_figure import draw_losses
from .manifest_file import diffusion, write_manifest
from .parity import compare, milliseconds
from .preview import fit_preview
from .sheets import draw_contact_sheet, draw_pairs
from .stages import PLANS, Corpus
from .study import Study, judge_rows
from .ways import DEFAULT, studied


def rounded(generator: Generator) -> Generator:
    """With the weights that the graphs hold."""
    return replace(generator, autoencoder=in_halves(generator.autoencoder), full=in_halves(generator.full), few=in_halves(generator.few))


def measure(generator: Generator, classifier: Classifier, corpus: Corpus, options: argparse.Namespace) -> dict[str, object]:
    """Every figure of the card, and the sheets."""
    judges = [AlignJudge(options.align), ClassifierJudge(classifier)]
    study = Study(corpus, options.part, generator, judges)
    ways = studied(options.work)
    found: dict[str, object] = {"part": options.part, "ways": [{**asdict(way), "calls": way.calls} for way in ways], "judges": judge_rows(study), "fidelity": study.fidelity(), "adherence": [], "spread": [], "memory": []}
    for way in ways:
        found["adherence"] += study.adherence(way)
        found["spread"] += study.spread(way)
        memory, made, neighbours = study.memory(way)
        found["memory"].append(memory)
        print(f"measured: {way}", flush=True)
        if way is DEFAULT:
            draw_pairs(made, neighbours, "made film, then the most correlated training film", options.out / "nearest.jpg")
    return found


def finish(generator: Generator, classifier: Classifier, corpus: Corpus, options: argparse.Namespace) -> None:
    """Export, check, evaluate on `options.part`, and write everything the pack holds."""
    trained, generator, out = generator, rounded(generator), options.out
    export_all(generator.full.text, generator.denoiser(DEFAULT), generator.autoencoder, out)
    films = corpus.films[corpus.prompted("validation")]
    differences, speed = compare(generator, trained, films, DEFAULT, out), milliseconds(generator, films, DEFAULT, out)
    print(f"graphs against PyTorch {differences}; milliseconds {speed}", flush=True)
    shutil.copyfile(options.work / "tokenizer.json", out / "tokenizer.json")
    draw_losses([log for plan in PLANS.values() if (log := options.work / f"{plan.name}-losses.jsonl").exists()], out / "loss.png")
    draw_contact_sheet(generator, DEFAULT, out / "sheet.jpg")
    found = {**measure(generator, classifier, corpus, options), "parity": differences, "milliseconds": speed, "sizes": sizes(out)}
    (out / "evaluation.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    write_documents(generator, corpus, found, options)


def write_documents(generator: Generator, corpus: Corpus, found: dict[str, object], options: argparse.Namespace) -> None:
    """The manifest and the card, from what was measured; `generator` comes from `rounded`."""
    out, about, rows = options.out, describe(generator, corpus, found, options.work), all_rows(found)
    preview = fit_preview(generator, corpus.films[corpus.prompted("train")[::40]])
    sections = {"diffusion": diffusion(DEFAULT, generator.scale, preview), "goldens": make_goldens(generator, DEFAULT)}
    write_manifest(out, sections, rows, found["part"], {"data": about["data"], "size": about["size"], "how": about["training"]})
    (out / "CARD.md").write_text(write_card(found, rows, about))
    print(f"{TITLE}: {sum(found['sizes'].values()) / 1e6:.1f} MB of graphs", flush=True)


def sizes(out: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted(out.glob("*.onnx"))}


def last_step(work: Path, name: str) -> int:
    log = work / f"{PLANS[name].name}-losses.jsonl"
    return int(json.loads(log.read_text().splitlines()[-1])["step"]) if log.exists() else 0


def describe(generator: Generator, corpus: Corpus, found: dict[str, object], work: Path) -> dict[str, str]:
    """The sentences of the card that hold numbers of this run."""
    parts = {"text encoder": generator.full.text, "denoiser": generator.denoiser(DEFAULT), "latent encoder": generator.autoencoder.encoder, "latent decoder": generator.autoencoder.decoder}
    count = {name: sum(value.numel() for value in part.parameters()) / 1e6 for name, part in parts.items()}
    steps = {name: last_step(work, name) for name in PLANS}
    rows = {part: corpus.prompted(part) for part in ("train", "validation", "test")}
    films = {part: f"{len(own)} ({int(np.sum(corpus.source[own] == 'nih'))} of NIH's adults)" for part, own in rows.items()}
    autoencoder_films = int(np.sum(corpus.part == "train"))
    return {
        "architecture": (
            "Stable Diffusion's four parts. An autoencoder without norm layers brings 192 x 192 pixels to 4 latents on a grid of 24 x 24, each channel with a spread of one; the denoiser is a U over 12 x 12 and 6 x 6 cells with "
            "self- and cross-attention at the lower one, and learns the velocity on a 1000-step scaled-linear schedule; the text encoder is a transformer of two layers over an own vocabulary of "
            f"{corpus.tokenizer.get_vocab_size()} word pieces, at most 48 a prompt. Parameters: " + ", ".join(f"{name} {value:.2f} M" for name, value in count.items()) + "."
        ),
        "data": f"Autoencoder: {autoencoder_films} films of four sources. Prompted films: train {films['train']}, validation {films['validation']}, test {films['test']}; apart by patient. Prompts are composed from labels.",
        "size": f"{autoencoder_films} films, {sum(count.values()):.2f} M parameters",
        "training": (
            f"One seed a stage. Autoencoder: {steps['autoencoder']} steps of 8 crops of 96 x 96, losses of grey levels, slopes, SSIM, the first convolutions of cxr-align, and the local amount of detail (which counts threefold once the rate falls). Denoiser and text encoder together: "
            f"{steps['denoiser']} steps of 16 films, prompts drawn anew each time, 12 % empty. The judge trained apart: {steps['classifier']} steps of 48 films. AdamW, averaged weights, rate held and then falling in a line. "
            "All in float32 on a share of two cores that other work used at the same time, so the clock bought far fewer steps than wished for, and the denoiser's loss was still falling. "
            "Two things changed on the way: the denoiser's first 2,000 steps had the schedule without its rescaling to noise alone (pictures came out mid-grey), and the autoencoder's first 200 steps had 16 crops. The one command trains with the present settings throughout, so its figures will differ somewhat."
        ),
    }
