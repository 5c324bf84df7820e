"""From a job's `prior` to the family and the folder or file on this machine. Nothing is ever downloaded here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ModelMissing, Remedy, own_command
from ..paths import ROOT
from .catalogue import Model
from .families import Family, family_named
from .fast_encoders import fast_encoder_named
from .library import ModelFolder, find_model
from .recognition import family_of_folder, recognise
from .reference import Reference, read_download, read_reference


@dataclass(frozen=True)
class Source:
    """A model that is here. path: a diffusers folder or a .safetensors file.  revision: the hub's commit, if known."""

    name: str
    family: Family
    path: Path
    revision: str | None = None

    def to_report(self) -> dict[str, Any]:
        """What a job's report keeps of it, so that it can be told later what made the asset."""
        return {"name": self.name, "family": self.family.name, "revision": self.revision}


def resolve(prior: str) -> Source:
    """The model that a prior's word means, as it lies on this machine.

    Raises UnknownPrior for a word that means nothing, ModelMissing for a model that is not here, with the download as
    the remedy, and ModelUnusable for one that cannot be used.
    """
    reference = read_reference(prior)
    if reference.path is not None:
        return Source(prior, recognise(reference.path), reference.path)
    if reference.repository is None:
        return Source(prior, family_named("toybox"), ROOT / "backend" / "priors" / "toybox")
    found = find_model(reference.repository)
    if found is None:
        raise missing(reference)
    path, revision = found
    return Source(prior, family_of_folder(path), path, revision)


def resolve_fast_encoder(name: str) -> Path:
    """The folder of a fast encoder, named by our name for it or by its path.

    Raises ModelMissing for one of ours that is not on this machine; whether a path leads anywhere is not asked.
    """
    if fast_encoder_named(name) is None:
        return Path(os.path.expanduser(name))
    reference = read_download(name)
    assert reference.repository is not None
    found = find_model(reference.repository)
    if found is None:
        raise missing(reference)
    return found[0]


def require(name: str) -> None:
    """Raise ModelMissing unless what the word names, a prior or a fast encoder, is on this machine."""
    resolve(name) if fast_encoder_named(name) is None else resolve_fast_encoder(name)


def missing(reference: Reference) -> ModelMissing:
    """The error for a model of the hub that is not here, or not whole."""
    assert reference.repository is not None
    half = ModelFolder.of(reference.repository).marker is not None
    here = "is only half downloaded" if half else "is not on this machine"
    gated = isinstance(reference.model, Model) and reference.model.gated
    terms = ". Its owner wants its licence accepted first" if gated else ""
    return ModelMissing(
        f"The model {reference.text}{reference.size_words} {here}{terms}",
        Remedy(
            f"{'Go on downloading' if half else 'Download'} {reference.text}{reference.size_words}",
            **fetching(reference),
        ),
    )


def fetching(reference: Reference) -> dict[str, str]:
    """What of a remedy downloads a model, or goes on with that."""
    return {
        "operator": "dreamfusion.download_model",
        "command": own_command("priors", "--download", reference.text, "--allow-network"),
        "model": reference.text,
    }
