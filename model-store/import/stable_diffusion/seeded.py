"""Checkpoints with random weights that behave, written by diffusers and transformers themselves: for proofs and fixtures."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from .words import BEGIN, END, WORD_END

BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000}
SENTENCES = [
    "54 year old BLACK female. No evidence of acute cardiopulmonary abnormalities .", "Big right-sided pleural effusion",
    "a photo of a lung xray with a visible pleural effusion", "mild cardiomegaly is unchanged",
]
POSITIONS = 77


@dataclass(frozen=True)
class Sizes:
    """Of a whole checkpoint."""

    is_second: bool
    """Of Stable Diffusion 2: linear projections, gelu, heads for each level, `!` to fill up."""
    text: dict[str, Any]
    unet: dict[str, Any]
    vae: dict[str, Any]
    tokens: int


def _blocks(levels: int) -> dict[str, tuple[str, ...]]:
    """All levels attend but the deepest, as published."""
    return {
        "down_block_types": ("CrossAttnDownBlock2D",) * (levels - 1) + ("DownBlock2D",),
        "up_block_types": ("UpBlock2D",) + ("CrossAttnUpBlock2D",) * (levels - 1),
    }


def _vae(channels: tuple[int, ...], **more: Any) -> dict[str, Any]:
    levels = len(channels)
    return {
        "block_out_channels": channels, "down_block_types": ("DownEncoderBlock2D",) * levels, "up_block_types": ("UpDecoderBlock2D",) * levels,
        **more,
    }


SMALL_1 = Sizes(
    False,
    {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "hidden_act": "quick_gelu"},
    {"sample_size": 8, "block_out_channels": (8, 16), "layers_per_block": 1, "norm_num_groups": 4, "cross_attention_dim": 32, "attention_head_dim": 2, **_blocks(2)},
    _vae((8, 8, 8, 8), layers_per_block=1, norm_num_groups=4, sample_size=64), tokens=700,
)
SMALL_2 = replace(
    SMALL_1, is_second=True,
    text={**SMALL_1.text, "hidden_size": 48, "num_hidden_layers": 3, "hidden_act": "gelu"},
    unet={
        **SMALL_1.unet, "block_out_channels": (8, 16, 24), "cross_attention_dim": 48, "attention_head_dim": (1, 2, 3),
        "use_linear_projection": True, **_blocks(3),
    },
)
FULL_1 = Sizes(
    False,
    {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12, "hidden_act": "quick_gelu"},
    {"sample_size": 64, "block_out_channels": (320, 640, 1280, 1280), "cross_attention_dim": 768, "attention_head_dim": 8, **_blocks(4)},
    _vae((128, 256, 512, 512), layers_per_block=2, sample_size=512), tokens=49408,
)
FULL_2 = replace(
    FULL_1, is_second=True,
    text={"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 23, "num_attention_heads": 16, "hidden_act": "gelu"},
    unet={**FULL_1.unet, "cross_attention_dim": 1024, "attention_head_dim": (5, 10, 20, 20), "use_linear_projection": True},
)
SIZES = {"small-1": SMALL_1, "small-2": SMALL_2, "full-1": FULL_1, "full-2": FULL_2}


def write_checkpoint(folder: Path, sizes: Sizes, seed: int, dtype: torch.dtype = torch.float32, **save: Any) -> None:
    """A folder as `save_pretrained` of the pipeline writes it, with the vocabulary of `SENTENCES` filled up to `sizes.tokens`."""
    torch.manual_seed(seed)
    words = write_tokenizer(folder / "tokenizer", sizes)
    text = CLIPTextModel(CLIPTextConfig(
        vocab_size=sizes.tokens, max_position_embeddings=POSITIONS, bos_token_id=words.bos_token_id, eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id, **sizes.text,
    ))
    unet = UNet2DConditionModel(in_channels=4, out_channels=4, **sizes.unet)
    vae = AutoencoderKL(in_channels=3, out_channels=3, latent_channels=4, scaling_factor=0.18215, **sizes.vae)
    _enliven(text, unet, vae)
    scheduler = PNDMScheduler(**BETAS, skip_prk_steps=True, steps_offset=1)
    pipeline = StableDiffusionPipeline(
        vae=vae, text_encoder=text, tokenizer=words, unet=unet, scheduler=scheduler, safety_checker=None, feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.to(dtype=dtype).save_pretrained(folder, **save)


@torch.no_grad()
def _enliven(text: CLIPTextModel, unet: UNet2DConditionModel, vae: AutoencoderKL) -> None:
    """As they are made, words hardly move the noise and the decoder paints nearly nothing."""
    text.get_input_embeddings().weight.mul_(20)
    for module in unet.modules():
        if isinstance(module, nn.Linear) and module.in_features == unet.config.cross_attention_dim:
            module.weight.mul_(2)
    unet.conv_out.weight.mul_(4)
    vae.decoder.conv_out.weight.mul_(2)


def write_tokenizer(folder: Path, sizes: Sizes) -> CLIPTokenizer:
    """CLIP's order: the bytes, the bytes at a word's end, what merges make, the two marks."""
    folder.mkdir(parents=True)
    signs = _signs()
    vocabulary = [*signs, *(sign + WORD_END for sign in signs)]
    merges: list[tuple[str, str]] = []
    for word in dict.fromkeys(word.lower().strip(".") for sentence in SENTENCES for word in sentence.split()):
        made = word[0] if len(word) > 1 else ""
        for at, letter in enumerate(word[1:], 2):
            piece = letter + WORD_END if at == len(word) else letter
            if made and (made, piece) not in merges and word.isalpha():
                merges.append((made, piece))
            made += letter
    vocabulary = list(dict.fromkeys([*vocabulary, *(first + second for first, second in merges)]))
    vocabulary += [f"unused{at}" for at in range(sizes.tokens - len(vocabulary) - 2)]
    assert len(vocabulary) == sizes.tokens - 2
    vocabulary += [BEGIN, END]
    (folder / "vocab.json").write_text(json.dumps({piece: at for at, piece in enumerate(vocabulary)}, ensure_ascii=False), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{first} {second}\n" for first, second in merges), encoding="utf-8")
    marks = {"bos_token": BEGIN, "eos_token": END, "unk_token": END, "pad_token": "!" if sizes.is_second else END}
    (folder / "special_tokens_map.json").write_text(json.dumps(marks))
    (folder / "tokenizer_config.json").write_text(json.dumps({**marks, "model_max_length": POSITIONS, "tokenizer_class": "CLIPTokenizer"}))
    return CLIPTokenizer.from_pretrained(folder)


def _signs() -> list[str]:
    """The sign of each byte in GPT-2's alphabet: those that can be seen are themselves and first, so that `!` is token 0."""
    seen = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in seen]
    return [*map(chr, seen), *(chr(256 + at) for at in range(len(others)))]
