"""The words a closed-vocabulary prior knows, and what of a prompt it will understand. Standard library alone."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import NothingKnown, WeightsDamaged, WeightsMissing
from .paths import ROOT

_TOKENIZERS: Final = {"toybox": ROOT / "backend" / "priors" / "toybox" / "tokenizer" / "tokenizer.json"}

COLOURS: Final = (
    *("red", "orange", "yellow", "green", "blue", "purple", "pink"),
    *("brown", "black", "white", "gray", "cyan", "golden"),
)

# Known to the tokenizer, but no prompt is about them: grammar, and the words of captions and of views.
_GLUE: Final = frozenset(
    {
        *("a", "an", "and", "in", "next", "of", "on", "to", "top", "with"),
        *("3d", "dslr", "high", "model", "photo", "quality", "rendering"),
        *("back", "front", "overhead", "side", "view"),
    }
)
_NEAR: Final = 3  # suggestions a word


@dataclass(frozen=True)
class Words:
    """What a prior makes of a prompt. known: content words.  unknown: with the nearest known words, best first."""

    known: tuple[str, ...]
    unknown: dict[str, tuple[str, ...]]

    def warning(self) -> str | None:
        """One sentence that names the words that are not understood; None when all are."""
        if not self.unknown:
            return None
        named = [
            f"{word!r} (did you mean {', '.join(near)}?)" if near else repr(word) for word, near in self.unknown.items()
        ]
        return f"The prior does not know {', '.join(named)}: it reads the prompt without"


def has_vocabulary(prior: str) -> bool:
    """Whether a prior knows a list of words, instead of reading any text."""
    return prior in _TOKENIZERS


def known_words(prior: str) -> tuple[str, ...]:
    """The content words a prior knows, in the alphabet's order; empty for a prior that reads any text.

    Raises WeightsMissing or WeightsDamaged when its tokenizer cannot be read.
    """
    path = _TOKENIZERS.get(prior)
    return () if path is None else tuple(sorted(word for word in _vocabulary(path) if word not in _GLUE))


def read_prompt(prompt: str, prior: str) -> Words:
    """Which words of a prompt a prior understands. Raises NothingKnown when none of them means anything to it."""
    path = _TOKENIZERS.get(prior)
    if path is None:
        return Words(tuple(_split(prompt)), {})
    vocabulary = _vocabulary(path)
    content = known_words(prior)
    words = [word for word in _split(prompt) if word not in _GLUE]
    known = tuple(word for word in words if word in vocabulary)
    if not known:
        raise NothingKnown(f"The prior {prior} knows no word of {prompt!r}. It knows: {', '.join(content)}")
    unknown = [word for word in words if word not in vocabulary]
    return Words(known, {word: tuple(difflib.get_close_matches(word, content, _NEAR)) for word in unknown})


def _vocabulary(path: Path) -> frozenset[str]:
    try:
        tokens = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
    except OSError as error:
        raise WeightsMissing(f"The prior's tokenizer is missing: {path} ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsDamaged(f"The prior's tokenizer is damaged: {path}") from error
    return frozenset(token for token in tokens if not re.fullmatch(r"<\w+>|\W", token))


def _split(prompt: str) -> list[str]:
    """The prompt's words as the tokenizer sees them (NFKC, lower case, punctuation apart), without the punctuation."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", prompt).lower())
