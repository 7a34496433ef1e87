"""What is known of the published checkpoints: how they are asked, sampled and licensed. Facts from the papers and the authors' code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

RAIL = "CreativeML OpenRAIL-M"
MIMIC = "fine-tuned on MIMIC-CXR: PhysioNet's credentials and data use agreement, research and education only"
STABLE_DIFFUSION = "Rombach R. et al. High-resolution image synthesis with latent diffusion models. CVPR 2022, arXiv:2112.10752."


@dataclass(frozen=True)
class Kind:
    title: str
    citation: str
    repository: str
    commit: str
    licence: str
    data: str
    gated: bool
    steps: int
    guidance: float
    prompt: dict[str, Any]
    golden: str
    """A prompt as the model was trained with."""
    pad_token: str | None
    """Of the model that it was made from; `None`: whatever the files say."""
    linear_projection: bool | None
    """Stable Diffusion 2 has it, 1 has not; `None`: either."""
    limitations: list[str] = field(default_factory=list)


PLAIN = Kind(
    title="Stable Diffusion", citation=STABLE_DIFFUSION, repository="https://github.com/huggingface/diffusers", commit="0.42.1",
    licence="unstated", data="unstated", gated=False, steps=50, guidance=7.5,
    prompt={"examples": ["a chest radiograph"]}, golden="a chest radiograph", pad_token=None, linear_projection=None,
)
CHAMBON = Kind(
    title="Stable Diffusion 1 adapted to chest radiographs (Chambon et al. 2022)",
    citation="Chambon P. et al. Adapting pretrained vision-language foundational models to medical imaging domains. arXiv:2210.04133, 2022.",
    repository="https://arxiv.org/abs/2210.04133", commit="v1", licence=RAIL, data=MIMIC, gated=True, steps=50, guidance=4,
    prompt={"examples": ["A photo of a lung xray", "A photo of a lung xray with a visible pleural effusion"]},
    golden="A photo of a lung xray with a visible pleural effusion", pad_token="<|endoftext|>", linear_projection=False,
    limitations=["The authors published no weights; prompts, steps and guidance are those of the paper's kind of model, not read from a checkpoint."],
)
ROENTGEN = Kind(
    title="RoentGen", repository="https://github.com/StanfordMIMI/RoentGen", commit="10555df",
    citation="Bluethgen C., Chambon P. et al. A vision-language foundation model for the generation of realistic chest X-ray images. Nature Biomedical Engineering 2024, doi:10.1038/s41551-024-01246-y, arXiv:2211.12737.",
    licence=RAIL, data=MIMIC, gated=True, steps=75, guidance=4,
    prompt={"examples": ["Big right-sided pleural effusion", "No acute cardiopulmonary process."]},
    golden="Big right-sided pleural effusion", pad_token="<|endoftext|>", linear_projection=False,
)
ROENTGEN_2 = Kind(
    title="RoentGen v2", repository="https://github.com/StanfordMIMI/RoentGen-v2", commit="236cd59",
    citation="Moroianu S. et al. Improving the performance, robustness and fairness of radiographic AI models with finely-controllable synthetic data. arXiv:2508.16783, 2025.",
    licence=RAIL + "++ of its base; the repository's code is MIT", data=MIMIC, gated=True, steps=75, guidance=3,
    prompt={
        "template": "[{age} year old ][{race|upper} ][{sex}. ]{impression}",
        "fields": {
            "age": {"kind": "integer", "minimum": 0, "maximum": 120},
            "race": {"kind": "choice", "values": ["WHITE", "BLACK", "ASIAN", "HISPANIC"]},
            "sex": {"kind": "choice", "values": ["male", "female"]},
            "impression": {"kind": "text", "default": "No evidence of acute cardiopulmonary abnormalities ."},
        },
        "examples": ["54 year old BLACK female. No evidence of acute cardiopulmonary abnormalities .", "50 year old female. Normal chest radiograph."],
    },
    golden="54 year old BLACK female. No evidence of acute cardiopulmonary abnormalities .", pad_token="!", linear_projection=True,
)
KINDS = {"plain": PLAIN, "chambon": CHAMBON, "roentgen": ROENTGEN, "roentgen-v2": ROENTGEN_2}
