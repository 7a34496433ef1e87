"""Prompts about films, made of what is known of them; cxr-align's wordings, put together for generation."""

from __future__ import annotations

import numpy as np

from ..cxr_align.attributes import FINDINGS, INDEX, YES
from ..cxr_align.phrases import FRAMES, OPENINGS, PHRASES
from ..cxr_align.sentences import choose, corpus

GROUPS = (("ap", "pa"), ("child", "adult"), ("male", "female"), ("young", "middle", "elderly"))
CHANCES_OF_ALL, CHANCES_OF_SOME = (0.95, 0.9, 0.5, 0.3), (0.4, 0.4, 0.3, 0.2)
MOST_FINDINGS = 3
PLAIN = {
    "normal": "no finding", "abnormal": "abnormal", "pneumonia": "pneumonia", "bacterial": "bacterial pneumonia", "viral": "viral pneumonia", "ap": "AP view", "pa": "PA view",
    "child": "child", "adult": "adult", "male": "male", "female": "female", "young": "young adult", "middle": "middle aged", "elderly": "elderly",
}


def present(values: np.ndarray) -> list[str]:
    """Findings to name, the nearest word for each: bacterial or viral instead of pneumonia."""
    if values[INDEX["normal"]] == YES:
        return ["normal"]
    named = [name for name in FINDINGS[2:] if name != "covid" and values[INDEX[name]] == YES]
    if "bacterial" in named or "viral" in named:
        named.remove("pneumonia")
    return named or ["abnormal"]


def prompt(values: np.ndarray, draws: np.random.Generator) -> str:
    """Half of the time all that matters, half of the time whatever comes to mind, in any wording."""
    whole = draws.random() < 0.6
    named = present(values)
    findings = list(draws.permutation(named))[: MOST_FINDINGS if whole else int(draws.integers(1, MOST_FINDINGS + 1))]
    if not whole and draws.random() < 0.2:
        findings = []
    about = [name for group, chance in zip(GROUPS, CHANCES_OF_ALL if whole else CHANCES_OF_SOME) if draws.random() < chance for name in group if values[INDEX[name]] == YES]
    draws.shuffle(about)
    told = choose((" and ", ", "), draws).join(choose(PHRASES[name], draws) for name in findings)
    if told and draws.random() < 0.3:
        told = choose(FRAMES, draws).format(told)
    opening = choose(OPENINGS, draws) if draws.random() < 0.6 else ""
    words = [choose(PHRASES[name], draws) for name in about]
    parts = [opening, *words, told] if draws.random() < 0.6 else [told, *words, opening]
    return choose((", ", ". "), draws).join(part for part in parts if part) or "chest radiograph"


def plain_prompt(values: np.ndarray) -> str:
    """The pack's template filled with what is known of a film."""
    about = [PLAIN[name] for group in GROUPS for name in group if values[INDEX[name]] == YES]
    return ", ".join(["chest radiograph", *about, *(PLAIN.get(name, name) for name in present(values)[:MOST_FINDINGS])])


def vocabulary_texts() -> list[str]:
    """Everything that a prompt may be made of."""
    return [*corpus(), *PLAIN.values()]
