"""What the word in a job's `prior` can mean: a name of the catalogue, a repository of the hub, a folder or a file.

Only the word is looked at here, so that a spec can be checked anywhere; whether the thing is there is asked where the
job runs (resolving.py).
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from ..did_you_mean import with_nearest
from ..errors import ModelUnusable, UnknownPrior
from .catalogue import NAMES, Model, model_named
from .fast_encoders import FastEncoder, fast_encoder_named

MAX_PRIOR: Final = 1000
"""Characters; as long as paths get on most systems."""

_WEIGHTS: Final = ".safetensors"
_PICKLED: Final = (".ckpt", ".bin", ".pt", ".pth", ".pkl")
# The hub's rule for names: letters, digits, '-', '_' and '.', no '--' or '..', none of '-' and '.' at the ends, 96
# characters at most in all (huggingface_hub.utils.validate_repo_id).
_HUB_NAME: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_]|[-.](?![-.]))*(?<![-.])"
_HUB_ID: Final = re.compile(rf"{_HUB_NAME}/{_HUB_NAME}")
_HUB_LIMIT: Final = 96


@dataclass(frozen=True)
class Reference:
    """A word, understood. One of `repository` and `path` is set, or neither for the embedded model."""

    text: str
    model: Model | FastEncoder | None = None  # the catalogue's entry, where there is one
    repository: str | None = None
    path: Path | None = None

    @property
    def size_words(self) -> str:
        """About how much there is to download, in parentheses; nothing where the catalogue does not know."""
        return f" (about {self.model.download_gb:g} GB)" if self.model and self.model.download_gb else ""


def read_reference(text: object) -> Reference:
    """Understand a prior's word. Raises UnknownPrior with the nearest known name, or ModelUnusable for a pickle."""
    if not isinstance(text, str) or not text.strip():
        raise UnknownPrior(f"prior is {text!r}; {_forms()}")
    if len(text) > MAX_PRIOR:
        raise UnknownPrior(f"prior has {len(text)} characters; permitted: at most {MAX_PRIOR}")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise UnknownPrior(f"prior has a control character: {text[:60]!a}")
    if (model := model_named(text)) is not None:
        return Reference(text, model, repository=model.repository)
    if (encoder := fast_encoder_named(text)) is not None:
        raise UnknownPrior(
            f"{text} is no prior but a fast encoder: name it as fast_encoder; it is for {encoder.families}"
        )
    if text.lower().endswith(_PICKLED):
        raise ModelUnusable(
            f"{text} is a pickle, which can run any program when it is opened, so it is not: "
            "use a .safetensors file or a diffusers folder of the same model"
        )
    if is_hub_id(text):
        return Reference(text, repository=text)
    if looks_like_path(text):
        path = Path(os.path.expanduser(text))
        if not is_absolute(text):
            raise UnknownPrior(f"prior is {text!r}, a path from no known place: give the whole path")
        return Reference(text, path=path)
    raise UnknownPrior(f"prior {text[:60]!r} is unknown; {with_nearest(text.lower(), NAMES, _forms())}")


def read_download(text: object) -> Reference:
    """Understand the word for something to download: a prior, as `read_reference` does, or a fast encoder."""
    encoder = fast_encoder_named(text) if isinstance(text, str) else None
    return read_reference(text) if encoder is None else Reference(encoder.name, encoder, encoder.repository)


def is_hub_id(text: str) -> bool:
    """Whether this has the form owner/name; such a word is never taken for a path, say ./owner/name for that."""
    return len(text) <= _HUB_LIMIT and not text.lower().endswith(_WEIGHTS) and bool(_HUB_ID.fullmatch(text))


def looks_like_path(text: str) -> bool:
    """Whether only a path can be meant: it has a separator, begins with one of . and ~, or names a weights file."""
    return "/" in text or "\\" in text or text.startswith((".", "~")) or text.lower().endswith(_WEIGHTS)


def is_absolute(text: str) -> bool:
    """Whether a path says where it begins, on the system it was written for."""
    expanded = os.path.expanduser(text)
    return PurePosixPath(expanded).is_absolute() or PureWindowsPath(expanded).is_absolute()


def absolute(text: str) -> str:
    """The word as a job spec needs it: a path from here made whole, anything else as it is."""
    if model_named(text) is not None or is_hub_id(text) or not looks_like_path(text) or is_absolute(text):
        return text
    return str(Path(text).absolute())


def _forms() -> str:
    return f"Known: {', '.join(NAMES)}; or owner/name on the hub, a diffusers folder, or a .safetensors file"
