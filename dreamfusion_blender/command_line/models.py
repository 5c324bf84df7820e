"""The command `priors`: which models there are, what is here, fetching and removing them; and models for a job."""

from __future__ import annotations

import argparse

from ..environment import Environment
from ..errors import BadSpec, UnknownPrior
from ..models import CATALOGUE, FAST_ENCODERS, Model, read_download
from ..models.downloading import download
from ..models.library import ModelFolder, downloaded, find_model
from ..models.shelf import Shelf, gigabytes, look_up
from ..vocabulary import COLOURS, known_words
from .output import Output
from .ready import download_models, is_online, missing_models, ready_environment


def priors(options: argparse.Namespace, output: Output) -> None:
    """List the models, or download or remove one."""
    if options.remove:
        _remove(options.remove, output)
    elif options.download:
        _download(options, output)
    else:
        _list(options, output)


def _list(options: argparse.Namespace, output: Output) -> None:
    for model in CATALOGUE:
        shelf = look_up(model)
        words = known_words(model.name)
        output.data({"type": "prior", "prior": model.name, **_facts(model, shelf), "words": list(words)})
        output.say(f"{model.name:8} {shelf.words:26} {model.label}{f' ({model.note})' if model.note else ''}")
        output.say(f"{'':8} {_terms(model)}")
        if options.words and words:
            output.say(f"  colours: {', '.join(word for word in COLOURS if word in words)}")
            output.say(f"  other words: {', '.join(word for word in words if word not in COLOURS)}")
    _list_fast_encoders(output)
    for folder in _others():
        state = "here" if folder.is_complete else "half here"
        output.data({"type": "prior", "prior": folder.repository, "state": state, "bytes": folder.bytes_on_disk})
        output.say(f"{folder.repository}: {state}, {gigabytes(folder.bytes_on_disk)}")
    output.say("Any other model: --prior owner/name (on the hub), a diffusers folder, or a .safetensors file")


def _list_fast_encoders(output: Output) -> None:
    for encoder in FAST_ENCODERS:
        shelf = look_up(encoder)
        facts = {"families": list(encoder.family_names), "repository": encoder.repository, "licence": encoder.licence}
        known = {**facts, "download_gb": encoder.download_gb, **_on_disk(shelf)}
        output.data({"type": "fast_encoder", "fast_encoder": encoder.name, **known})
        output.say(f"{encoder.name:8} {shelf.words:26} {encoder.label}, a fast encoder for {encoder.families}")
        output.say(f"{'':8} licence {encoder.licence}; {encoder.page}")


def _terms(model: Model) -> str:
    memory = "not measured" if model.memory_gb is None else f"{model.memory_gb:g} GB"
    gated = ", gated: accept it on its page first" if model.gated else ""
    page = f"; {model.page}" if model.page else ""
    return f"licence {model.licence}{gated}; memory {memory}{page}"


def _facts(model: Model, shelf: Shelf) -> dict[str, object]:
    return {
        "family": model.family_name,
        "repository": model.repository,
        "licence": model.licence,
        "gated": model.gated,
        "memory_gb": model.memory_gb,
        "download_gb": model.download_gb,
        **_on_disk(shelf),
    }


def _on_disk(shelf: Shelf) -> dict[str, object]:
    path = None if shelf.path is None else str(shelf.path)
    return {"state": shelf.state, "bytes": shelf.bytes_on_disk, "path": path}


def _others() -> list[ModelFolder]:
    """What was downloaded by its repository's name."""
    known = {model.repository for model in (*CATALOGUE, *FAST_ENCODERS)}
    return [folder for folder in downloaded() if folder.repository not in known]


def _download(options: argparse.Namespace, output: Output) -> None:
    name = options.download
    repository = _repository(name)
    if not is_online(options):
        download(name, Environment(options.env), False, output.install)  # refuses, unless it is here already
    elif missing := missing_models([name], True):
        environment = ready_environment(options, output, "auto")
        output.say(f"Downloading {name} from the hub's repository {repository}")
        download_models(missing, environment, output)
    found = find_model(repository)
    assert found is not None
    output.say(f"{name} is here: {found[0]}")


def _remove(name: str, output: Output) -> None:
    folder = ModelFolder.of(_repository(name))
    freed = folder.bytes_on_disk
    folder.remove()
    output.data({"type": "removed", "prior": name, "bytes": freed})
    output.say(f"Removed {folder.path} ({gigabytes(freed)})")


def _repository(name: str) -> str:
    """The hub's repository that a name means. Raises BadSpec for what was never downloaded and never is."""
    reference = read_download(name)
    if reference.path is not None:
        raise UnknownPrior(f"{name} is a path: only models of the hub are downloaded and removed here")
    if reference.repository is None:
        raise BadSpec(f"{name} ships with the extension: there is nothing to download or remove")
    return reference.repository
