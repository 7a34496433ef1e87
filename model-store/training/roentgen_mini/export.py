"""The trained modules as four ONNX graphs with the names that the field's exporters write; weights stored in half, computed in full."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.export import Dim

from ..cxr_align.export import SMALLEST_HALF, write_graph
from ..cxr_align.tokenizer import MAX_LENGTH
from .autoencoder import FACTOR, LATENTS, Autoencoder
from .denoiser import Denoiser
from .sampler import CELLS
from .text_encoder import WIDTH, TextEncoder

MOST_ROWS = 64
Kind = TypeVar("Kind", bound=nn.Module)


def in_halves(module: Kind) -> Kind:
    """A copy whose larger weights are exact in half precision. Everything after training uses it, so storing halves loses nothing."""
    module = copy.deepcopy(module).eval()
    for value in module.parameters():
        if value.numel() >= SMALLEST_HALF:
            value.data = value.data.half().float().contiguous()
    return module.to(memory_format=torch.contiguous_format)


def export_all(text: TextEncoder, denoiser: Denoiser, autoencoder: Autoencoder, out: Path) -> None:
    """Write the graphs; the modules come from `in_halves`. Rows, rows and columns are free; the denoiser halves a side twice."""
    out.mkdir(parents=True, exist_ok=True)
    rows = Dim("batch", max=MOST_ROWS)
    write_graph(text, (torch.randint(4, 200, (3, MAX_LENGTH)),), ["input_ids"], ["last_hidden_state"], ({0: rows},), out / "text_encoder.onnx")
    height, width = Dim("quarter_height", max=32), Dim("quarter_width", max=32)
    latents, tokens = torch.randn(3, LATENTS, CELLS, CELLS + 4), torch.randn(3, MAX_LENGTH, WIDTH)
    write_graph(
        denoiser, (latents, torch.tensor([999, 500, 3]), tokens), ["sample", "timestep", "encoder_hidden_states"], ["out_sample"],
        ({0: rows, 2: 4 * height, 3: 4 * width}, {0: rows}, {0: rows}), out / "unet.onnx",
    )
    high, wide = Dim("latent_height", max=128), Dim("latent_width", max=128)
    film: Tensor = torch.rand(3, 1, FACTOR * CELLS, FACTOR * (CELLS + 4)) * 2 - 1
    write_graph(autoencoder.encoder, (film,), ["sample"], ["latent_parameters"], ({0: rows, 2: FACTOR * high, 3: FACTOR * wide},), out / "vae_encoder.onnx")
    write_graph(autoencoder.decoder, (latents,), ["latent_sample"], ["sample"], ({0: rows, 2: high, 3: wide},), out / "vae_decoder.onnx")
