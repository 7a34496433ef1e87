"""Plans of the three networks from their `config.json` files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .config import Config, ConfigError
from .plan import AutoencoderPlan, DenoiserPlan, TextPlan

WIDEST, DEEPEST = 8192, 64
DIFFUSERS = ["_diffusers_version", "_name_or_path", "_commit_hash"]
DENOISER_WANTED: dict[str, list[Any]] = {
    "_class_name": ["UNet2DConditionModel"], "mid_block_type": ["UNetMidBlock2DCrossAttn"], "act_fn": ["silu"],
    "time_embedding_type": ["positional"], "resnet_time_scale_shift": ["default"], "attention_type": ["default"],
    "center_input_sample": [False], "only_cross_attention": [False], "dual_cross_attention": [False], "resnet_skip_time_act": [False],
    "class_embeddings_concat": [False], "mid_block_scale_factor": [1], "resnet_out_scale_factor": [1], "downsample_padding": [1],
    "conv_in_kernel": [3], "conv_out_kernel": [3], "transformer_layers_per_block": [1],
    **{key: [None] for key in [
        "class_embed_type", "num_class_embeds", "addition_embed_type", "addition_time_embed_dim", "encoder_hid_dim",
        "encoder_hid_dim_type", "time_cond_proj_dim", "time_embedding_dim", "time_embedding_act_fn", "timestep_post_act",
        "projection_class_embeddings_input_dim", "cross_attention_norm", "reverse_transformer_layers_per_block", "num_attention_heads",
    ]},
    "mid_block_only_cross_attention": [None, False],
}
DENOISER_INERT = [*DIFFUSERS, "dropout", "upcast_attention", "addition_embed_type_num_heads"]
"""Of training, of half precision, or of an embedding that is refused."""
DOWN_BLOCKS = {"CrossAttnDownBlock2D": True, "DownBlock2D": False}
UP_BLOCKS = {"CrossAttnUpBlock2D": True, "UpBlock2D": False}


def denoiser_plan(said: Mapping[str, Any]) -> DenoiserPlan:
    config = Config("unet", said, DENOISER_INERT, DENOISER_WANTED)
    channels = config.counts("block_out_channels", WIDEST)
    plan = DenoiserPlan(
        in_channels=config.count("in_channels", 64, 4), out_channels=config.count("out_channels", 64, 4), channels=channels,
        attends_down=_blocks(config, "down_block_types", DOWN_BLOCKS, len(channels)),
        attends_up=_blocks(config, "up_block_types", UP_BLOCKS, len(channels)),
        layers=config.count("layers_per_block", 16, 2), context=config.count("cross_attention_dim", WIDEST),
        heads=_heads(config, channels), linear_projection=config.read("use_linear_projection", bool, False),
        groups=config.count("norm_num_groups", WIDEST, 32), norm_eps=config.read("norm_eps", float, 1e-5),
        cos_first=config.read("flip_sin_to_cos", bool, True), frequency_shift=config.read("freq_shift", (int, float), 0),
        sample_side=config.count("sample_size", 512, 64),
    )
    _check_groups(config, channels, plan.groups)
    config.close()
    return plan


def _heads(config: Config, channels: tuple[int, ...]) -> tuple[int, ...]:
    """The published key says `attention_head_dim` and means how many heads there are."""
    said = config.said.get("attention_head_dim", 8)
    config.known.add("attention_head_dim")
    heads = tuple(said) if isinstance(said, list) else (said,) * len(channels)
    fits = len(heads) == len(channels) and all(
        type(count) is int and count > 0 and width % count == 0 for count, width in zip(heads, channels, strict=True)
    )
    if not fits:
        config.faults.append(f"attention_head_dim is {said}, which does not divide block_out_channels {list(channels)}")
    return heads


def _blocks(config: Config, key: str, kinds: Mapping[str, bool], levels: int) -> tuple[bool, ...]:
    names = config.read(key, list) or []
    unknown = [name for name in names if name not in kinds]
    if unknown or len(names) != levels:
        config.faults.append(f"{key} is {names}; this importer does one of {', '.join(kinds)} for each of {levels} levels")
        return (False,) * levels
    return tuple(kinds[name] for name in names)


def _check_groups(config: Config, channels: tuple[int, ...], groups: int | None) -> None:
    if groups and any(width % groups for width in channels):
        config.faults.append(f"norm_num_groups is {groups}, which does not divide block_out_channels {list(channels)}")


AUTOENCODER_WANTED: dict[str, list[Any]] = {
    "_class_name": ["AutoencoderKL"], "act_fn": ["silu"], "use_quant_conv": [True], "use_post_quant_conv": [True],
    "mid_block_add_attention": [True],
    # The pipelines of Stable Diffusion 1 and 2 know a scale alone.
    "latents_mean": [None], "latents_std": [None], "shift_factor": [None, 0],
}


def autoencoder_plan(said: Mapping[str, Any]) -> AutoencoderPlan:
    # `sample_size` is how it was trained, `force_upcast` of half precision.
    config = Config("vae", said, [*DIFFUSERS, "sample_size", "force_upcast"], AUTOENCODER_WANTED)
    channels = config.counts("block_out_channels", WIDEST)
    for key, kind in (("down_block_types", "DownEncoderBlock2D"), ("up_block_types", "UpDecoderBlock2D")):
        _blocks(config, key, {kind: False}, len(channels))
    images = config.count("in_channels", 3, 3)
    if images not in (1, 3) or config.count("out_channels", 3, 3) != images:
        config.faults.append("in_channels and out_channels are one number, 1 or 3, in what can be imported")
    plan = AutoencoderPlan(
        image_channels=images, latent_channels=config.count("latent_channels", 64, 4), channels=channels,
        layers=config.count("layers_per_block", 16, 1), groups=config.count("norm_num_groups", WIDEST, 32),
        scale=config.read("scaling_factor", (int, float), 0.18215),
    )
    _check_groups(config, channels, plan.groups)
    config.close()
    return plan


TEXT_WANTED: dict[str, list[Any]] = {
    "model_type": ["clip_text_model"], "architectures": [["CLIPTextModel"], ["CLIPTextModelWithProjection"]],
}
TEXT_INERT = [
    "_name_or_path", "_commit_hash", "attention_dropout", "dropout", "initializer_factor", "initializer_range", "dtype", "torch_dtype", "transformers_version",
    # Which token is pooled, and how: what is pooled is not read. Which token fills up, the tokenizer says.
    "bos_token_id", "eos_token_id", "pad_token_id", "projection_dim",
]


def text_plan(said: Mapping[str, Any]) -> TextPlan:
    config = Config("text_encoder", said, TEXT_INERT, TEXT_WANTED)
    activation = config.read("hidden_act", str, "quick_gelu")
    if activation not in ("quick_gelu", "gelu"):
        config.faults.append(f"hidden_act is {activation}; this importer does quick_gelu or gelu")
    plan = TextPlan(
        vocabulary=config.count("vocab_size", 1_000_000, 49408), width=config.count("hidden_size", WIDEST, 512),
        feed_forward=config.count("intermediate_size", 4 * WIDEST, 2048), layers=config.count("num_hidden_layers", DEEPEST, 12),
        heads=config.count("num_attention_heads", WIDEST, 8), positions=config.count("max_position_embeddings", 1024, 77),
        activation=activation, norm_eps=config.read("layer_norm_eps", float, 1e-5),
    )
    if plan.width and plan.heads and plan.width % plan.heads:
        config.faults.append(f"num_attention_heads {plan.heads} does not divide hidden_size {plan.width}")
    config.close()
    return plan


def check_together(text: TextPlan, denoiser: DenoiserPlan, autoencoder: AutoencoderPlan) -> None:
    """Throws `ConfigError` where the parts are not of one model."""
    faults = []
    if text.width != denoiser.context:
        faults.append(f"the text encoder gives {text.width} numbers a token, the U-Net reads {denoiser.context}")
    if denoiser.out_channels != autoencoder.latent_channels:
        faults.append(f"the U-Net gives {denoiser.out_channels} channels, the autoencoder has {autoencoder.latent_channels}")
    plain, masked = autoencoder.latent_channels, 2 * autoencoder.latent_channels + 1
    if denoiser.in_channels not in (plain, masked):
        faults.append(f"the U-Net reads {denoiser.in_channels} channels; {plain}, or {masked} for inpainting, can be imported")
    if faults:
        raise ConfigError("The parts do not belong together: " + "; ".join(faults) + ".")
