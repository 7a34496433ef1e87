"""`scheduler_config.json` as the sections of `model.json`, and as diffusers' own sampler for goldens."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers

from .config import ConfigError, read_json

NAMES = {
    "PNDMScheduler": "pndm", "DDIMScheduler": "ddim", "EulerDiscreteScheduler": "euler", "EulerAncestralDiscreteScheduler": "euler_ancestral",
    "HeunDiscreteScheduler": "heun", "LMSDiscreteScheduler": "lms", "DPMSolverMultistepScheduler": "dpm_solver",
    "UniPCMultistepScheduler": "unipc", "LCMScheduler": "lcm",
}
OPTIONS = [
    "timestep_spacing", "steps_offset", "set_alpha_to_one", "clip_sample", "clip_sample_range", "thresholding", "dynamic_thresholding_ratio",
    "sample_max_value", "skip_prk_steps", "use_karras_sigmas", "interpolation_type", "final_sigmas_type", "algorithm_type", "solver_order",
    "solver_type", "lower_order_final", "euler_at_final", "predict_x0", "disable_corrector", "original_inference_steps", "timestep_scaling",
]
"""That the service knows under the same names."""
VALUES = {
    "timestep_spacing": ("leading", "trailing", "linspace"), "interpolation_type": ("linear", "log_linear"),
    "final_sigmas_type": ("zero", "sigma_min"), "algorithm_type": ("dpmsolver++", "sde-dpmsolver++"),
    "solver_type": ("midpoint", "heun", "bh1", "bh2"),
}
INERT = {
    # Read by no step while what they belong to is off, and that is refused when on.
    "flow_shift", "time_shift_type", "_class_name", "_diffusers_version",
}
TRAINING = {
    "num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "trained_betas", "prediction_type", "rescale_betas_zero_snr",
}
PREDICTIONS = ("epsilon", "v_prediction", "sample")


@dataclass(frozen=True)
class Sampling:
    prediction: str
    train_steps: int
    betas: dict[str, Any]
    scheduler: dict[str, Any]
    """As the manifest says it."""
    config: dict[str, Any]
    """As diffusers says it."""

    def sampler(self) -> Any:
        """diffusers' own, new."""
        return getattr(diffusers, self.config["_class_name"]).from_config(self.config)


def read_sampling(folder: Path, instead: str | None = None) -> Sampling:
    """`instead`: another sampler's name for the file's own, made from its config as diffusers does. Throws `ConfigError`."""
    said = read_json(folder / "scheduler_config.json")
    named = said.get("_class_name")
    if instead is not None:
        named = next(kind for kind, name in NAMES.items() if name == instead)
    if named not in NAMES:
        raise ConfigError(f"The sampler is {named}; the service has {', '.join(NAMES)}. Choose one: --scheduler {' | '.join(NAMES.values())}.")
    kind = getattr(diffusers, named)
    # Defaults are each sampler's own: what the file does not say is not carried over from another.
    filled = {**_defaults(kind), **{key: value for key, value in said.items() if value is not None}, "_class_name": named}
    _check(kind, filled)
    # What the file says for other samplers goes with it: a request may name one, and gets it as diffusers' `from_config` would.
    scheduler = {key: filled[key] for key in OPTIONS if key in filled and (key in _defaults(kind) or _is_carried(key, filled[key]))}
    if filled.get("lambda_min_clipped", float("-inf")) != float("-inf"):
        scheduler["lambda_min_clipped"] = filled["lambda_min_clipped"]
    return Sampling(
        filled["prediction_type"], int(filled["num_train_timesteps"]), _betas(filled), {"name": NAMES[named], **scheduler},
        {**said, "_class_name": named},
    )


def _is_carried(key: str, value: Any) -> bool:
    return key != "solver_type" and value in VALUES.get(key, (value,))


def _defaults(kind: type) -> dict[str, Any]:
    parameters = inspect.signature(kind.__init__).parameters
    return {name: parameter.default for name, parameter in parameters.items() if name != "self"}


def _check(kind: type, filled: dict[str, Any]) -> None:
    """A key that the sampler reads and the service does not know must be as if it were not said."""
    known = {*OPTIONS, *INERT, *TRAINING, "lambda_min_clipped"}
    faults = [
        f"{key} is {filled[key]}; what can be imported is {default}"
        for key, default in _defaults(kind).items() if key not in known and filled[key] != default
    ]
    faults += [
        f"{key} is {filled[key]}; what can be imported is {' or '.join(values)}"
        for key, values in VALUES.items() if key in _defaults(kind) and filled[key] not in values
    ]
    if filled["prediction_type"] not in PREDICTIONS:
        faults.append(f"prediction_type is {filled['prediction_type']}; what can be imported is {' or '.join(PREDICTIONS)}")
    if faults:
        raise ConfigError(f"scheduler/scheduler_config.json ({kind.__name__}) says what cannot be imported:\n  " + "\n  ".join(faults))


def _betas(filled: dict[str, Any]) -> dict[str, Any]:
    rescaled = {"rescale_zero_terminal_snr": True} if filled.get("rescale_betas_zero_snr") else {}
    if filled.get("trained_betas") is not None:
        return {"schedule": "given", "values": [float(beta) for beta in filled["trained_betas"]], **rescaled}
    schedule = filled["beta_schedule"]
    if schedule == "squaredcos_cap_v2":
        return {"schedule": schedule, **rescaled}
    if schedule not in ("scaled_linear", "linear"):
        raise ConfigError(f"beta_schedule is {schedule}; what can be imported is scaled_linear, linear or squaredcos_cap_v2.")
    return {"schedule": schedule, "start": filled["beta_start"], "end": filled["beta_end"], **rescaled}
