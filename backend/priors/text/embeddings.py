"""Embeddings of texts: each text goes through the encoders once, and large encoders are in memory only meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import torch
from torch import Tensor

from backend.cameras import Cameras
from backend.devices import empty_cache
from backend.failures import attempt
from backend.priors.base import Condition
from backend.priors.prompts import every_view, view_prompts

__all__ = ["EmbeddingCache", "PromptEmbedding", "condition_in_words", "with_encoder"]

KEPT: Final = 64  # texts; a job has five (four directions and the negative prompt), a long batch many jobs

Answer = TypeVar("Answer")


class PromptEmbedding(NamedTuple):
    """text: [L, D], what cross-attention reads.  pooled: [P], the whole text in one vector, for models that read it."""

    text: Tensor
    pooled: Tensor | None = None


class EmbeddingCache:
    """The last embeddings by their text."""

    def __init__(self, embed: Callable[[list[str]], list[PromptEmbedding]]) -> None:
        """embed: embeds each of some texts."""
        self._embed = embed
        self._known: dict[str, PromptEmbedding] = {}

    def __call__(self, texts: Sequence[str], likely: Sequence[str] = ()) -> list[PromptEmbedding]:
        """One embedding for each text. If any is new, the likely ones are embedded with it, for later."""
        if any(text not in self._known for text in texts):
            new = [text for text in dict.fromkeys([*texts, *likely]) if text not in self._known]
            self._known.update(zip(new, self._embed(new), strict=True))
        answer = [self._known[text] for text in texts]
        while len(self._known) > KEPT:
            self._known.pop(next(iter(self._known)))  # the oldest
        return answer


def with_encoder(load: Callable[[torch.device], Any], run: Callable[[Any], Answer], device: torch.device) -> Answer:
    """What `run` makes of a text encoder that is loaded for it and let go of after: T5 is larger than the denoiser.

    Where it does not fit beside the denoiser, the CPU encodes: minutes, once, instead of a job that cannot start.

    load: loads it onto a device.  device: where it is tried first.  Raises what `load` and `run` do.
    """
    if device.type != "cpu":
        answer: list[Answer] = []
        reason = attempt(lambda: answer.append(_encoded(load, run, device)))
        if reason is None:
            return answer[0]
        print(f"The text encoder did not fit beside the model, the CPU encodes: {reason}", file=sys.stderr)  # noqa: T201  # into the job's log
    return _encoded(load, run, torch.device("cpu"))


def _encoded(load: Callable[[torch.device], Any], run: Callable[[Any], Answer], device: torch.device) -> Answer:
    encoder = None
    try:
        with torch.no_grad():
            encoder = load(device)
            return run(encoder)
    finally:
        del encoder
        empty_cache()


def condition_in_words(
    embeddings: EmbeddingCache,
    prompt: str,
    negative_prompt: str,
    cameras: Cameras,
    say_views: bool = True,
    at_once: bool = False,
) -> Condition:
    """The prompt with each view's direction in words (DreamFusion §3.2), beside the negative prompt.

    say_views: False leaves the directions out.  at_once: embed every direction with the first, for encoders that have
    to be loaded.
    """
    said = view_prompts(prompt, cameras) if say_views else [prompt] * len(cameras)
    *views, empty = embeddings([*said, negative_prompt], likely=every_view(prompt) if at_once and say_views else ())
    pooled = [view.pooled for view in views if view.pooled is not None]
    return Condition(
        text=torch.stack([view.text for view in views]),
        empty_text=empty.text.expand(len(cameras), -1, -1),
        cameras=torch.zeros(len(cameras), 16, device=empty.text.device),
        pooled=torch.stack(pooled) if pooled else None,
        empty_pooled=None if empty.pooled is None else empty.pooled.expand(len(cameras), -1),
    )
