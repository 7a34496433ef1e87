"""Sentences that say true things of a film, and what each of them claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .attributes import ATTRIBUTES, FINDINGS, INDEX, NO, YES
from .phrases import FRAMES, HELD_OUT, HELD_OUT_REGIONS, NEGATED_NOUNS, NEGATIONS, OPENINGS, PHRASES, REGIONS, VOCABULARY_EXTRA

FINDING_COUNT = len(FINDINGS)
OTHER_GROUPS = (("ap", "pa", 0.4), ("child", "adult", 0.35), ("male", "female", 0.35), ("young", "middle", "elderly", 0.2))


@dataclass(frozen=True)
class Sentence:
    """A text with the attributes it claims and those it denies."""

    text: str
    claims: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()


def choose(items: list[str] | tuple[str, ...], draws: np.random.Generator) -> str:
    return items[int(draws.integers(len(items)))]


def negated(name: str, draws: np.random.Generator) -> str:
    """One wording of the absence of a finding."""
    return choose(NEGATIONS, draws).format(choose(NEGATED_NOUNS[name], draws))


def prompt(name: str, draws: np.random.Generator, denied: bool = False) -> Sentence:
    """A short text about one attribute, half of the time in a frame."""
    words = negated(name, draws) if denied else choose(PHRASES[name], draws)
    frame = choose(FRAMES, draws) if draws.random() < 0.5 else "{}"
    return Sentence(frame.format(words), () if denied else (name,), (name,) if denied else ())


def chosen_findings(values: np.ndarray, draws: np.random.Generator) -> tuple[list[str], list[str]]:
    """Findings of a film to claim and to deny in its sentence."""
    present = [name for name in FINDINGS[2:] if values[INDEX[name]] == YES]
    absent = [name for name in FINDINGS[2:] if values[INDEX[name]] == NO]
    claims: list[str] = []
    if values[INDEX["normal"]] == YES and draws.random() < 0.8:
        claims = ["normal"]
    elif present and draws.random() < 0.9:
        claims = list(draws.choice(present, min(len(present), int(draws.integers(1, 4))), replace=False))
        if "bacterial" in present or "viral" in present:
            claims = [name for name in claims if name != "pneumonia"] or claims
    elif values[INDEX["abnormal"]] == YES:
        claims = ["abnormal"]
    denies = [choose(absent, draws)] if absent and (not claims or draws.random() < 0.2) else []
    return claims, denies


def sentence(values: np.ndarray, draws: np.random.Generator) -> Sentence:
    """A random true sentence about a film, usually leaving things out."""
    claims, denies = chosen_findings(values, draws) if draws.random() < 0.88 else ([], [])
    others = []
    for *names, chance in OTHER_GROUPS:
        if draws.random() < chance:
            others += [name for name in names if values[INDEX[name]] == YES]
    parts = [choose(PHRASES[name], draws) for name in claims] + [negated(name, draws) for name in denies]
    about = [choose(PHRASES[name], draws) for name in others]
    draws.shuffle(about)
    findings = choose((" and ", ", ", ". "), draws).join(parts)
    if findings and draws.random() < 0.4:
        findings = choose(FRAMES, draws).format(findings)
    opening = choose(OPENINGS, draws) if draws.random() < 0.6 else ""
    order = [opening, *about, findings] if draws.random() < 0.6 else [findings, *about, opening]
    text = choose((", ", ". ", ", "), draws).join(part for part in order if part)
    return Sentence(text or opening or "chest radiograph", (*claims, *others), tuple(denies))


def region_prompts(draws: np.random.Generator) -> tuple[list[str], list[str]]:
    """Texts that name a place, and the name of the place each stands for."""
    texts, places = [], []
    for place, words in REGIONS.items():
        for _ in range(2 if place in ("left", "right", "lungs") else 1):
            texts.append(choose(FRAMES, draws).format(choose(words, draws)) if draws.random() < 0.35 else choose(words, draws))
            places.append(place)
    return texts, places


def claim_matrices(sentences: list[Sentence]) -> tuple[np.ndarray, np.ndarray]:
    """float32 [texts, attributes]: claimed, denied."""
    claimed = np.zeros((len(sentences), len(ATTRIBUTES)), np.float32)
    denied = np.zeros_like(claimed)
    for row, item in enumerate(sentences):
        claimed[row, [INDEX[name] for name in item.claims]] = 1
        denied[row, [INDEX[name] for name in item.denies]] = 1
    return claimed, denied


def corpus() -> list[str]:
    """Everything training may say once, to learn the vocabulary from."""
    texts = [phrase for words in (*PHRASES.values(), *REGIONS.values()) for phrase in words]
    texts += [frame.format("") for frame in FRAMES] + OPENINGS + list(VOCABULARY_EXTRA) * 2
    texts += [form.format(noun) for form in NEGATIONS for nouns in NEGATED_NOUNS.values() for noun in nouns]
    return texts * 2


def seen_in_training() -> set[str]:
    return set(corpus())


def check_held_out() -> None:
    """Held-out wordings must not occur among training's."""
    held = [phrase for words in (*HELD_OUT.values(), *HELD_OUT_REGIONS.values()) for phrase in words]
    clash = seen_in_training() & set(held)
    if clash:
        raise ValueError(f"held-out wordings that training uses: {sorted(clash)}")
