"""What the toybox's CLIP says of a finished asset: pictures, candidate captions, score."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoTokenizer, CLIPModel
from transformers.utils import logging

from backend.rendering.rasterize import Look, Model
from backend.rendering.turntable import CLAY, views

HERE = Path(__file__).parent
JUDGE = HERE / "judge"
logging.disable_progress_bar()

PICTURE = 64  # pixels a side, the judge's native resolution
CLAY_COLOUR = "white"  # the colour that clay's captions name
CAPTION_TOKENS = 32

Kind = Literal["colour", "clay"]
LOOKS: dict[Kind, Look] = {"colour": Look(), "clay": Look(clay=CLAY)}
Pictures = NDArray[np.float32]


@dataclass(frozen=True)
class Prompt:
    """One of the benchmark's jobs."""

    name: str
    colour: str
    text: str


@lru_cache
def toybox() -> tuple[dict[str, str], tuple[str, ...]]:
    """The toybox's objects, name -> phrase with {0} for the colour, sorted by name; and its colours in their order."""
    table = json.loads((HERE / "objects.json").read_text())
    return {row["name"]: row["phrase"] for row in table["objects"]}, tuple(table["colours"])


def caption(name: str, colour: str) -> str:
    """The caption of an object in a colour, with its article."""
    phrase = toybox()[0][name].format(colour)
    return ("an " if phrase[0] in "aeiou" else "a ") + phrase


def prompts() -> list[Prompt]:
    """The benchmark's thirty prompts. Nobody chose them: every second name, the n-th in colour n modulo 13."""
    objects, colours = toybox()
    names = sorted(objects)[::2][:30]
    picked = [(name, colours[index % len(colours)]) for index, name in enumerate(names)]
    return [Prompt(name, colour, caption(name, colour)) for name, colour in picked]


def candidates(name: str, colour: str, kind: Kind) -> list[str]:
    """The captions the judge chooses from; the first is the right one.

    colour: the same object in all colours and all objects in this colour.  clay: all objects in white.
    """
    objects, colours = toybox()
    if kind == "clay":
        right = caption(name, CLAY_COLOUR)
        others = [caption(other, CLAY_COLOUR) for other in objects]
    else:
        right = caption(name, colour)
        others = [caption(name, other) for other in colours] + [caption(other, colour) for other in objects]
    return list(dict.fromkeys([right, *others]))


class Judge:
    """The toybox's CLIP."""

    def __init__(self) -> None:
        self.model = CLIPModel.from_pretrained(JUDGE).float().eval()
        self.tokenizer = AutoTokenizer.from_pretrained(JUDGE)

    @torch.no_grad()
    def _read(self, shown: Pictures, captions: list[str]) -> Any:
        """The model's output: embeddings and logits."""
        words = self.tokenizer(
            captions, padding="max_length", max_length=CAPTION_TOKENS, truncation=True, return_tensors="pt"
        )
        pixels = torch.from_numpy(shown).permute(0, 3, 1, 2) * 2 - 1
        return self.model(input_ids=words.input_ids, pixel_values=pixels)

    def logits(self, shown: Pictures, captions: list[str]) -> NDArray[np.float32]:
        """Similarities [views, captions] of pictures [V, 64, 64, 3] in [0, 1]."""
        return self._read(shown, captions).logits_per_image.numpy()

    def embeddings(self, shown: Pictures) -> NDArray[np.float32]:
        """What it makes of pictures [V, 64, 64, 3] in [0, 1], in unit vectors: [V, D]."""
        return self._read(shown, [""]).image_embeds.numpy()

    def score(self, shown: Pictures, name: str, colour: str, kind: Kind) -> ViewScore:
        """Which caption each view is given."""
        return self.choose(shown, candidates(name, colour, kind))

    def choose(self, shown: Pictures, captions: list[str]) -> ViewScore:
        """Which of the captions each view is given; the first is the right one."""
        logits = self.logits(shown, captions)
        chosen = logits.argmax(axis=1)
        return ViewScore(
            per_view=float((chosen == 0).mean()),
            by_mean=bool(logits.mean(axis=0).argmax() == 0),
            answers=[captions[index] for index in chosen],
        )


@dataclass(frozen=True)
class ViewScore:
    """How often the right caption won."""

    per_view: float  # share of the eight views
    by_mean: bool  # whether it wins by the mean over the views
    answers: list[str]  # the caption that won, for each view


def score_model(model: Model, name: str, colour: str, judge: Judge) -> dict[Kind, ViewScore]:
    """Colour and clay scores of one model."""
    return {kind: judge.score(views(model, PICTURE, look), name, colour, kind) for kind, look in LOOKS.items()}


def interval(scores: list[float], draws: int = 10_000) -> tuple[float, float, float]:
    """The mean over objects and its 95 % bootstrap interval; objects are redrawn, as views of one are related."""
    values = np.asarray(scores)
    rng = np.random.default_rng(0)
    means = values[rng.integers(len(values), size=(draws, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)
