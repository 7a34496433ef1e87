"""`model.json`: everything the server must know of the pack."""

from __future__ import annotations

import json
from pathlib import Path

from ..cxr_align.manifest_file import digest, tensor
from ..cxr_align.tokenizer import MAX_LENGTH, PAD
from .about import ATTRIBUTIONS, CITATION, DATA_NAMES, EXAMPLES, INTENDED_USE, LIMITATIONS, NAME, NOT_FOR, TITLE, VERSION
from .autoencoder import FACTOR, LATENTS
from .few_steps import ORIGINAL_STEPS
from .generation import Way
from .noise import BETA_END, BETA_START, STEPS
from .stages import SIZE
from .text_encoder import WIDTH

Section = dict[str, object]
SCHEDULERS: dict[str, Section] = {
    "solver": {"name": "dpm_solver", "algorithm_type": "dpmsolver++", "solver_order": 2, "timestep_spacing": "trailing", "final_sigmas_type": "zero"},
    "lcm": {"name": "lcm", "original_inference_steps": ORIGINAL_STEPS},
}


def components(folder: Path) -> dict[str, Section]:
    """The graphs by role. Weights are stored as float16 and computed as float32."""
    whole = {"precision": "fp32"}
    latents = ("rows", LATENTS, "h", "w")
    return {
        "text_encoder": {
            **digest(folder, "text_encoder.onnx"), **whole, "max_batch": 64, "remember_rows": True,
            "inputs": [tensor("input_ids", "int64", "input_ids", "rows", MAX_LENGTH)], "outputs": [tensor("last_hidden_state", "float32", "tokens", "rows", MAX_LENGTH, WIDTH)],
        },
        "denoiser": {
            **digest(folder, "unet.onnx"), **whole, "max_batch": 16,
            "inputs": [
                tensor("sample", "float32", "sample", *latents), tensor("timestep", "int64", "timestep", "rows"), tensor("encoder_hidden_states", "float32", "tokens", "rows", MAX_LENGTH, WIDTH),
            ],
            "outputs": [tensor("out_sample", "float32", "prediction", *latents)],
        },
        "latent_encoder": {
            **digest(folder, "vae_encoder.onnx"), **whole, "max_batch": 16,
            "inputs": [tensor("sample", "float32", "image", "rows", 1, "height", "width")], "outputs": [tensor("latent_parameters", "float32", "moments", "rows", 2 * LATENTS, "h", "w")],
        },
        "latent_decoder": {
            **digest(folder, "vae_decoder.onnx"), **whole, "max_batch": 16,
            "inputs": [tensor("latent_sample", "float32", "latents", *latents)], "outputs": [tensor("sample", "float32", "image", "rows", 1, "height", "width")],
        },
    }


def prompt_section() -> Section:
    """The template is `plain_prompt`'s."""
    return {
        "template": "chest radiograph[, {view} view][, {group}][, {sex}][, {age}], {findings}",
        "fields": {
            "view": {"kind": "choice", "values": ["AP", "PA"]}, "group": {"kind": "choice", "values": ["child", "adult"]}, "sex": {"kind": "choice", "values": ["male", "female"]},
            "age": {"kind": "choice", "values": ["young adult", "middle aged", "elderly"]},
            "findings": {
                "kind": "list", "join": ", ", "default": "no finding",
                "values": ["no finding", "pneumonia", "bacterial pneumonia", "viral pneumonia", "infiltration", "effusion", "atelectasis", "edema", "consolidation"],
            },
        },
        "examples": EXAMPLES,
    }


def diffusion(way: Way, scale: float, preview: Section) -> Section:
    return {
        "prediction": "v_prediction", "train_steps": STEPS, "betas": {"schedule": "scaled_linear", "start": BETA_START, "end": BETA_END, "rescale_zero_terminal_snr": True},
        "scheduler": SCHEDULERS[way.sampler], "latents": {"channels": LATENTS, "factor": FACTOR, "scale": scale}, "image": {"channels": 1, "color": "gray"},
        "sizes": {"default": [SIZE, SIZE], "min": [SIZE, SIZE], "max": [SIZE, SIZE], "multiple": 32},
        "defaults": {"steps": way.steps, "guidance_scale": way.guidance, "guidance_rescale": way.rescale}, "limits": {"steps": 200, "images": 16, "guidance_scale": 20},
        "prompt": prompt_section(), "inpainting": "blend", "preview": preview,
    }


def verdict(row: Section) -> str:
    return "" if row.get("met") is None else f"; bar {row['bar_text']}: {'met' if row['met'] else 'MISSED'}"


def evaluation_rows(rows: list[Section], part: str) -> list[Section]:
    """The card's figures as the manifest's rows."""
    found = []
    for row in rows:
        entry: Section = {"data": DATA_NAMES[str(row["group"])], "split": part, "n": row["n"], "metric": row["metric"], "value": row["value"]}
        entry |= {"interval": row["interval"]} if "interval" in row else {}
        entry |= {"baseline": row["baseline"]} if "baseline" in row else {}
        found.append({**entry, "note": f"{row['note']}{verdict(row)}"})
    return found


def write_manifest(folder: Path, sections: Section, rows: list[Section], part: str, training: Section) -> None:
    manifest = {
        "schema": 1, "name": NAME, "version": VERSION, "family": "diffusion", "tasks": ["generations", "edits"], "title": TITLE,
        "source": {"repository": "radserve: model-store/training, python -m training.roentgen_mini"},
        "licence": {"code": "Apache-2.0", "weights": "CC-BY-4.0", "data": "NIH (no restriction, acknowledgement), CC BY 4.0, CC BY 3.0", "gated": False, "commercial_use": True, "attributions": ATTRIBUTIONS},
        "citation": CITATION, "intended_use": INTENDED_USE, "not_for": NOT_FOR, "limitations": LIMITATIONS,
        "training": training, "evaluation": evaluation_rows(rows, part), "components": components(folder), "files": [digest(folder, "tokenizer.json")],
        "text": {"clean": "raw", "tokenizer": "tokenizer.json", "lowercase": True, "max_length": MAX_LENGTH, "padding": "fixed", "truncation": "right", "pad_id": PAD},
        **sections,
    }
    (folder / "model.json").write_text(json.dumps(manifest, indent=1) + "\n")
