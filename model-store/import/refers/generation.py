"""What Hugging Face's `generate` writes with the framework's decoder: the reference of every search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import GenerationConfig, GenerationMixin, LogitsProcessor, LogitsProcessorList, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

from .network import Textual
from .plan import RefersPlan


class TextualConfig(PretrainedConfig):
    model_type = "refers-textual"


class GeneratingTextual(PreTrainedModel, GenerationMixin):
    """The decoder as `generate` takes it: a language model whose prompt is the begin token, with the memory as an argument."""

    config_class = TextualConfig
    main_input_name = "input_ids"

    def __init__(self, textual: Textual, plan: RefersPlan) -> None:
        super().__init__(TextualConfig(vocab_size=plan.vocabulary))
        self.textual = textual
        self.plan = plan

    def prepare_inputs_for_generation(self, input_ids: Tensor, memory: Tensor | None = None, **_: Any) -> dict[str, Any]:
        return {"input_ids": input_ids, "memory": memory}

    def forward(self, input_ids: Tensor, memory: Tensor, **_: Any) -> CausalLMOutput:
        return CausalLMOutput(logits=self.textual(memory, input_ids))


class NoRepeatedLast(LogitsProcessor):
    """REFERS's own rule: not the same token twice in a row."""

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        return scores.scatter(1, input_ids[:, -1:], float("-inf"))


@dataclass(frozen=True)
class Text:
    ids: list[int]
    """Behind the begin token; the end token too, if it came."""
    log_probabilities: list[float]
    score: float | None


@torch.no_grad()
def generate(textual: Textual, plan: RefersPlan, memory: Tensor, forbid_repeat_last: bool = False, **options: Any) -> Text:
    """memory float32[1, positions, image width]; options of `generate`."""
    model = GeneratingTextual(textual, plan).eval()
    config = GenerationConfig(
        bos_token_id=plan.begin, eos_token_id=plan.end, pad_token_id=plan.pad, use_cache=False, do_sample=False,
        return_dict_in_generate=True, output_scores=True, **options,
    )
    processors = LogitsProcessorList([NoRepeatedLast()] if forbid_repeat_last else [])
    begin = torch.tensor([[plan.begin]])
    found = model.generate(begin, memory=memory, generation_config=config, logits_processor=processors)
    ids = found.sequences[0, 1:].tolist()
    while len(ids) > 1 and ids[-1] == plan.pad and plan.end in ids:
        ids.pop()
    scores = getattr(found, "sequences_scores", None)
    return Text(ids, log_probabilities(textual, plan, memory, ids), None if scores is None else float(scores[0]))


@torch.no_grad()
def log_probabilities(textual: Textual, plan: RefersPlan, memory: Tensor, ids: Sequence[int]) -> list[float]:
    """The decoder's own, before any rule, in float64."""
    tokens = torch.tensor([[plan.begin, *ids[:-1]]])
    values = textual(memory, tokens)[0].double().log_softmax(1)
    return [float(values[at, token]) for at, token in enumerate(ids)]
