"""The four graphs, under the names that the field's own exporters give to their inputs and outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from importing.large import Port, export_file

from .autoencoder import Autoencoder
from .model import Model

IMPORTER = "stable_diffusion"
ROWS = "rows"
EXAMPLE_ROWS = 2


class Moments(nn.Module):
    def __init__(self, autoencoder: Autoencoder) -> None:
        super().__init__()
        self.autoencoder = autoencoder

    def forward(self, sample: Tensor) -> Tensor:
        return self.autoencoder.moments(sample)


class Decoded(nn.Module):
    def __init__(self, autoencoder: Autoencoder) -> None:
        super().__init__()
        self.autoencoder = autoencoder

    def forward(self, latent_sample: Tensor) -> Tensor:
        return self.autoencoder.decode(latent_sample)


@dataclass(frozen=True)
class Graph:
    role: str
    file: str
    module: nn.Module
    inputs: Sequence[Port]
    outputs: Sequence[Port]
    settings: dict[str, Any]
    """`max_batch` and the like."""
    multiples: dict[str, int] = field(default_factory=dict)
    is_last_of_weights: bool = True
    """No later graph is made from the same weights."""

    def write(self, folder: Path) -> dict[str, Any]:
        made = export_file(IMPORTER, self.module, self.inputs, self.outputs, folder / self.file, self.multiples)
        return {**made, **self.settings}

    @torch.no_grad()
    def examples(self, rows: int, latent_sides: tuple[int, int], seed: int) -> dict[str, Tensor]:
        """Other inputs than it was exported with: sides are of latents, pictures are as much larger as they are."""
        generator = torch.Generator().manual_seed(seed)
        sides = dict(zip(("h", "w"), latent_sides, strict=True))
        factor = self.multiples.get("height", 1)
        free = {ROWS: rows, **sides, "height": sides["h"] * factor, "width": sides["w"] * factor}
        return {port.name: _drawn(port, [free.get(dim, dim) for dim in port.dims], generator) for port in self.inputs}


def _drawn(port: Port, dims: list[Any], generator: torch.Generator) -> Tensor:
    assert port.example is not None
    if port.kind == "input_ids":
        return torch.randint(0, int(port.example.max()) + 1, dims, generator=generator)
    if port.kind == "timestep":
        return torch.rand(dims, generator=generator) * 999
    return torch.randn(dims, generator=generator)


def graphs(model: Model) -> list[Graph]:
    return [text_graph(model), denoiser_graph(model), encoder_graph(model), decoder_graph(model)]


def text_graph(model: Model) -> Graph:
    plan = model.text.plan
    example = torch.full((EXAMPLE_ROWS, plan.positions), plan.vocabulary - 1)
    return Graph(
        "text_encoder", "text_encoder.onnx", model.text, [Port("input_ids", "input_ids", [ROWS, plan.positions], example)],
        [Port("last_hidden_state", "tokens", [ROWS, plan.positions, plan.width])], {"max_batch": 16, "remember_rows": True},
    )


def denoiser_graph(model: Model) -> Graph:
    """A timestep for each row, with a sampler's fractions: steps of any two requests go together, and Euler's are not rounded."""
    plan, length = model.denoiser.plan, model.text.plan.positions
    multiple = 2**plan.halvings
    # Sides that are neither equal nor the least: an exporter takes such for sizes.
    sides = (2 * multiple, 3 * multiple)
    inputs = [
        Port("sample", "sample", [ROWS, plan.in_channels, "h", "w"], torch.zeros(EXAMPLE_ROWS, plan.in_channels, *sides)),
        Port("timestep", "timestep", [ROWS], torch.zeros(EXAMPLE_ROWS)),
        Port("encoder_hidden_states", "tokens", [ROWS, length, plan.context], torch.zeros(EXAMPLE_ROWS, length, plan.context)),
    ]
    outputs = [Port("out_sample", "prediction", [ROWS, plan.out_channels, "h", "w"])]
    # One lane: with fp32 weights of the published size each further one costs 3.4 GB.
    return Graph("denoiser", "unet.onnx", model.denoiser, inputs, outputs, {"max_batch": 8, "replicas": 1}, {"h": multiple, "w": multiple})


def encoder_graph(model: Model) -> Graph:
    plan = model.autoencoder.plan
    example = torch.zeros(EXAMPLE_ROWS, plan.image_channels, 2 * plan.factor, 3 * plan.factor)
    return Graph(
        "latent_encoder", "vae_encoder.onnx", Moments(model.autoencoder),
        [Port("sample", "image", [ROWS, plan.image_channels, "height", "width"], example)],
        [Port("latent_parameters", "moments", [ROWS, 2 * plan.latent_channels, "h", "w"])],
        {"max_batch": 1, "replicas": 1}, {"height": plan.factor, "width": plan.factor}, is_last_of_weights=False,
    )


def decoder_graph(model: Model) -> Graph:
    """One picture a run: at 512 pixels its maps take more than a gigabyte each."""
    plan = model.autoencoder.plan
    example = torch.zeros(EXAMPLE_ROWS, plan.latent_channels, 2, 3)
    return Graph(
        "latent_decoder", "vae_decoder.onnx", Decoded(model.autoencoder),
        [Port("latent_sample", "latents", [ROWS, plan.latent_channels, "h", "w"], example)],
        [Port("sample", "image", [ROWS, plan.image_channels, "height", "width"])],
        {"max_batch": 1, "replicas": 1}, {"h": 1, "w": 1},
    )
