"""A repository: what is wanted of it, whether there is room, and its folder's state from the first byte to the last."""

from __future__ import annotations

import shutil
from typing import Final

from huggingface_hub import HfApi, constants

from backend.fetching.appending import size_of
from backend.fetching.files import FileFetcher
from backend.fetching.tally import Say, Tally
from dreamfusion_blender.errors import DiskFull, DownloadFailed, ModelUnusable, OutputUnwritable
from dreamfusion_blender.filelock import held
from dreamfusion_blender.files import explaining, remove_tree
from dreamfusion_blender.models.catalogue import hub_page
from dreamfusion_blender.models.library import PARTIAL, ModelFolder
from dreamfusion_blender.models.recognition import (
    CONFIG,
    INDEX,
    check_fast_encoder_config,
    family_of_index,
    read_table,
    recognise_download,
)
from dreamfusion_blender.models.selection import RemoteFile, select, select_fast_encoder

_SPARE: Final = 200_000_000  # bytes to leave free on the disk


def fetch(repository: str, say: Say) -> None:
    """Fetch what is missing of the repository. Raises DreamFusionErrors, and what huggingface_hub and httpx raise."""
    folder = ModelFolder.of(repository)
    with explaining(folder.path):
        folder.path.parent.mkdir(parents=True, exist_ok=True)
    with held(folder.lock, DownloadFailed(f"Another process is at work on {repository}; wait for it")):
        if folder.marker is None and folder.path.exists() and any(folder.path.iterdir()):
            raise OutputUnwritable(f"{folder.path} was not made by a download, so it is left alone: move it away")
        say(f"Asking for the files of {repository}", 0.0)
        revision, files = _list(repository)
        with explaining(folder.path):
            folder.path.mkdir(exist_ok=True)
            folder.write_marker("partial", revision, {})  # before all else: it says that the folder is a download's
            (folder.path / PARTIAL).mkdir(exist_ok=True)
        try:
            wanted = _fetch_all(FileFetcher(folder, revision, Tally(say)), files)
            recognise_download(folder.path)  # the repository itself may lack a part
        except ModelUnusable:
            with explaining(folder.path):
                remove_tree(folder.path)  # no later try could make it usable
            raise
        folder.write_marker("complete", revision, {each.name: each.size for each in wanted})
        shutil.rmtree(folder.path / PARTIAL, ignore_errors=True)  # halves of files that the repository has no more
    say(f"{repository} is here", 1.0)


def _list(repository: str) -> tuple[str, list[RemoteFile]]:
    """The commit that `main` is at, and its files."""
    info = HfApi().model_info(repository, files_metadata=True)
    files = [
        RemoteFile(each.rfilename, each.size or 0, each.lfs.sha256 if each.lfs else (each.blob_id or ""))
        for each in info.siblings or ()
    ]
    return info.sha or constants.DEFAULT_REVISION, files


def _fetch_all(fetcher: FileFetcher, files: list[RemoteFile]) -> list[RemoteFile]:
    """Fetch what is wanted of a repository's files and not there; returns all that is wanted.

    Raises ModelUnusable when it is nothing for us, and DiskFull, both before anything large is fetched.
    """
    tally = fetcher.tally
    wanted = _wanted(fetcher, files)
    missing = [each for each in wanted if not fetcher.is_there(each)]
    left = sum(each.size - size_of(fetcher.partial(each)) for each in missing)
    _require_space(fetcher.folder, left)
    tally.total = sum(each.size for each in wanted)
    tally.done = tally.total - sum(each.size for each in missing)
    tally.say(f"{left / 1e9:.2f} GB to fetch into {fetcher.folder.path}", tally.fraction())
    for each in missing:
        fetcher.fetch(each)
    return wanted


def _wanted(fetcher: FileFetcher, files: list[RemoteFile]) -> list[RemoteFile]:
    """What is wanted of the files of what the repository says it is: a model, or a fast encoder."""
    where = f"The repository {fetcher.folder.repository}"
    told = next((file for name in (INDEX, CONFIG) for file in files if file.name == name), None)
    if told is None:
        raise ModelUnusable(
            f"{where} is no diffusers model: it has no {INDEX}. A single .safetensors file can be "
            f"downloaded from {hub_page(fetcher.folder.repository)} and named by its path"
        )
    fetcher.fetch(told)
    table = read_table(fetcher.folder.path / told.name)
    if told.name == INDEX:
        return select(files, family_of_index(table, where))
    check_fast_encoder_config(table, where)
    return select_fast_encoder(files)


def _require_space(folder: ModelFolder, needed: int) -> None:
    free = shutil.disk_usage(folder.path).free
    if free < needed + _SPARE:
        raise DiskFull(
            f"{folder.repository} needs {needed / 1e9:.2f} GB more in {folder.path.parent}, and "
            f"{free / 1e9:.2f} GB are free there. Free some space, or name another folder in DREAMFUSION_MODELS"
        )
