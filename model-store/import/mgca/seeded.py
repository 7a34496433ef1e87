"""MGCA with random weights that behave, and its checkpoint as Lightning saves it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from importing import films
from importing.image_graph import ImageGraph
from importing.preparing import pixels as film_pixels
from importing.seeded import draw_weights, take_statistics

from .manifest import image_section, pixels
from .network import VIT, Mgca, MgcaPlan, TextHeads

FILMS = 8
POSITION_LENGTH = 0.3
ATTENDING = 3.0
"""Query weights are this much larger than drawn, so that CLS looks at some pieces more than at others."""


@torch.no_grad()
def random_mgca(plan: MgcaPlan, tower: str, seed: int) -> Mgca:
    network = Mgca(plan, tower).eval()
    draw_weights(network, seed)
    generator = torch.Generator().manual_seed(seed + 1)
    if tower == VIT:
        for table in (network.img_encoder_q.model.pos_embed, network.img_encoder_q.model.cls_token):
            table.copy_(torch.randn(table.shape, generator=generator) * POSITION_LENGTH)
    network.text_encoder_q.model.encoder["layer"][-1].attention.self["query"].weight.mul_(ATTENDING)
    drawn = [film_pixels(films.draw(seed + at, 256 + 9 * at, 300 - 7 * at), image_section(plan.side)["steps"]) for at in range(FILMS)]
    images = ImageGraph(network.img_encoder_q, pixels(network)).prepared(torch.from_numpy(np.stack(drawn)))
    take_statistics(network.img_encoder_q, lambda: network.img_encoder_q(images))
    ids = torch.randint(4, plan.bert.vocabulary, (FILMS, 16), generator=generator)
    rows, _ = network.text_encoder_q(ids, torch.ones_like(ids))
    heads = TextHeads(network.text_encoder_q)
    take_statistics(heads, lambda: heads(rows[:, 0], rows))
    return network.eval()


def as_state(network: Mgca) -> dict[str, Tensor]:
    """Keys of the released file, with what no forward pass reads."""
    bert, dims = network.plan.bert, network.plan.dims
    unused = {"text_encoder_q.model.embeddings.position_ids": torch.arange(bert.positions)[None]}
    for layer in range(bert.layers):
        place = f"text_encoder_q.model.encoder.layer.{layer}.crossattention"
        for name in ("self.query", "self.key", "self.value", "output.dense"):
            unused |= {f"{place}.{name}.weight": torch.zeros(bert.width, bert.width), f"{place}.{name}.bias": torch.zeros(bert.width)}
        unused |= {f"{place}.output.LayerNorm.weight": torch.ones(bert.width), f"{place}.output.LayerNorm.bias": torch.zeros(bert.width)}
    for layer in ("patch_local_atten_layer", "word_local_atten_layer"):
        unused |= {
            f"{layer}.in_proj_weight": torch.zeros(3 * dims, dims), f"{layer}.in_proj_bias": torch.zeros(3 * dims),
            f"{layer}.out_proj.weight": torch.zeros(dims, dims), f"{layer}.out_proj.bias": torch.zeros(dims),
        }
    return {**network.state_dict(), **unused}


def as_lightning(network: Mgca) -> dict[str, object]:
    """As the released training saves it, without the optimiser's own tensors."""
    names = {"img_encoder": "vit_base" if network.tower == VIT else "resnet_50", "emb_dim": network.plan.dims}
    return {
        "epoch": 13, "global_step": 50_000, "pytorch-lightning_version": "1.5.10", "state_dict": as_state(network),
        "optimizer_states": [], "lr_schedulers": [], "hparams_name": "kwargs", "hyper_parameters": names,
    }
