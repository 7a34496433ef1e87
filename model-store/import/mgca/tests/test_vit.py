from __future__ import annotations

import os
import unittest

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from transformers import ViTConfig, ViTModel

from importing.seeded import draw_weights

from ..vit import Vit
from .sizes import SMALL


def as_timm(state: dict[str, torch.Tensor], layers: int) -> dict[str, torch.Tensor]:
    """transformers' ViT in timm's names: query, key and value become one matrix."""
    made = {
        "cls_token": state["embeddings.cls_token"], "pos_embed": state["embeddings.position_embeddings"],
        **{f"patch_embed.proj.{kind}": state[f"embeddings.patch_embeddings.projection.{kind}"] for kind in ("weight", "bias")},
        **{f"norm.{kind}": state[f"layernorm.{kind}"] for kind in ("weight", "bias")},
    }
    for layer in range(layers):
        theirs = f"layers.{layer}"
        for kind in ("weight", "bias"):
            names = {
                "norm1": "layernorm_before", "norm2": "layernorm_after", "attn.proj": "attention.o_proj", "mlp.fc1": "mlp.fc1", "mlp.fc2": "mlp.fc2",
            }
            made |= {f"blocks.{layer}.{ours}.{kind}": state[f"{theirs}.{name}.{kind}"] for ours, name in names.items()}
            parts = [state[f"{theirs}.attention.{name}_proj.{kind}"] for name in ("q", "k", "v")]
            made[f"blocks.{layer}.attn.qkv.{kind}"] = torch.cat(parts)
    return made


class AsTransformers(unittest.TestCase):
    """Another implementation; only the names differ."""

    def test_every_row_of_the_last_norm(self) -> None:
        plan = SMALL.vit
        config = ViTConfig(
            image_size=plan.side, patch_size=plan.patch, hidden_size=plan.width, num_hidden_layers=plan.layers, num_attention_heads=plan.heads,
            intermediate_size=plan.mlp_ratio * plan.width, layer_norm_eps=plan.eps, attn_implementation="eager",
        )
        theirs = ViTModel(config, add_pooling_layer=False).eval()
        draw_weights(theirs, 3)
        ours = Vit(plan)
        ours.load_state_dict(as_timm(theirs.state_dict(), plan.layers))
        images = torch.randn(3, 3, plan.side, plan.side, generator=torch.Generator().manual_seed(1))
        with torch.no_grad():
            expected, found = theirs(images).last_hidden_state, ours.eval()(images)
        self.assertGreater(float((expected[0] - expected[1]).abs().max()), 0.1)
        self.assertLess(float((found - expected).abs().max()), 1e-5)


if __name__ == "__main__":
    unittest.main()
