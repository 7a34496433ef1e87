"""CLIP's text tower (Radford et al. 2021, 2103.00020, section 2.4) up to its last norm, with transformers' names for its weights."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .plan import TextPlan

QUICK_GELU_SLOPE = 1.702


class Embeddings(nn.Module):
    def __init__(self, plan: TextPlan) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(plan.vocabulary, plan.width)
        self.position_embedding = nn.Embedding(plan.positions, plan.width)

    def forward(self, ids: Tensor) -> Tensor:
        return self.token_embedding(ids) + self.position_embedding.weight[: ids.shape[1]]


class CausalAttention(nn.Module):
    def __init__(self, plan: TextPlan) -> None:
        super().__init__()
        self.heads = plan.heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(plan.width, plan.width) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        parts = (projection(x).unflatten(2, (self.heads, -1)).transpose(1, 2) for projection in (self.q_proj, self.k_proj, self.v_proj))
        attended = F.scaled_dot_product_attention(*parts, is_causal=True)
        return self.out_proj(attended.transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    def __init__(self, plan: TextPlan) -> None:
        super().__init__()
        self.activation = plan.activation
        self.fc1 = nn.Linear(plan.width, plan.feed_forward)
        self.fc2 = nn.Linear(plan.feed_forward, plan.width)

    def forward(self, x: Tensor) -> Tensor:
        x = self.fc1(x)
        return self.fc2(x * torch.sigmoid(QUICK_GELU_SLOPE * x) if self.activation == "quick_gelu" else F.gelu(x))


class Layer(nn.Module):
    def __init__(self, plan: TextPlan) -> None:
        super().__init__()
        self.layer_norm1, self.layer_norm2 = (nn.LayerNorm(plan.width, plan.norm_eps) for _ in range(2))
        self.self_attn = CausalAttention(plan)
        self.mlp = FeedForward(plan)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class Encoder(nn.Module):
    def __init__(self, plan: TextPlan) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(plan) for _ in range(plan.layers))


class TextTower(nn.Module):
    """input_ids int64[rows, length] -> last_hidden_state float[rows, length, width]. Padding is read like any token."""

    def __init__(self, plan: TextPlan) -> None:
        super().__init__()
        self.plan = plan
        self.embeddings = Embeddings(plan)
        self.encoder = Encoder(plan)
        self.final_layer_norm = nn.LayerNorm(plan.width, plan.norm_eps)

    def forward(self, input_ids: Tensor) -> Tensor:
        x = self.embeddings(input_ids)
        for layer in self.encoder.layers:
            x = layer(x)
        return self.final_layer_norm(x)
