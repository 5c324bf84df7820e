"""Each text goes through the encoders once, and these are in memory only meanwhile: T5 is larger than the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

__all__ = ["EmbeddingCache", "every_view"]

VIEW_NAMES: Final = ("front", "side", "back", "overhead")
Embedding = TypeVar("Embedding")


def every_view(prompt: str) -> list[str]:
    """The prompt with each direction that view_prompts may name, to be embedded at one loading of the encoders."""
    return [f"{prompt}, {name} view" for name in VIEW_NAMES]


class EmbeddingCache(Generic[Embedding]):
    """Embeddings by their text."""

    def __init__(self, embed: Callable[[list[str]], list[Embedding]]) -> None:
        """embed: loads the encoders, embeds each of some texts, and lets go of the encoders."""
        self._embed = embed
        self._known: dict[str, Embedding] = {}

    def __call__(self, texts: Sequence[str], likely: Sequence[str] = ()) -> list[Embedding]:
        """One embedding for each text. If any is new, the likely ones are embedded with it, for later."""
        if any(text not in self._known for text in texts):
            new = [text for text in dict.fromkeys([*texts, *likely]) if text not in self._known]
            self._known.update(zip(new, self._embed(new), strict=True))
        return [self._known[text] for text in texts]
