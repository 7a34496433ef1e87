"""How the keys of the parts are written by older and newer versions of diffusers and transformers."""

from __future__ import annotations

import re

from importing.keys import Ignored

from .weights import Layout

OLD_ATTENTION = {"query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0"}
"""Before diffusers 0.12 the autoencoder's attention had names of its own."""


def _text_key(key: str) -> str:
    """transformers 4 writes `text_model.` before every key, 5 does not."""
    return key.removeprefix("text_model.")


def _autoencoder_key(key: str) -> str:
    return re.sub(r"(\.attentions\.0\.)(query|key|value|proj_attn)\.", lambda found: f"{found[1]}{OLD_ATTENTION[found[2]]}.", key)


TEXT = Layout("text_encoder", _text_key, (
    Ignored(r"embeddings\.position_ids", "numbers from 0 up, a buffer of older versions"),
    Ignored(r"text_projection\.weight", "for the pooled vector, which no pipeline of Stable Diffusion 1 or 2 reads"),
))
DENOISER = Layout("unet")
AUTOENCODER = Layout("vae", _autoencoder_key)
