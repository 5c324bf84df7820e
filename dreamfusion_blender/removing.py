"""Taking away what takes room and can be made again: the backend's environment, jobs that were deleted before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from .environment import Environment, InstallProgress
from .errors import RemovalRefused
from .filelock import held
from .files import explaining, remove_tree
from .history import DELETED
from .installing import lock_of
from .paths import jobs_folder


def remove_environment(environment: Environment, on_progress: Callable[[InstallProgress], None]) -> None:
    """Delete the backend's environment, if it was made by this product; of a linked folder the link alone.

    Raises RemovalRefused for somebody else's folder or while an install is at work on it, OutputUnwritable.
    """
    folder = environment.folder
    if not environment.is_ours:
        raise RemovalRefused(
            f"{folder} was not made by this product, so it is left alone: remove it with your own tools"
        )
    on_progress(InstallProgress(f"Removing {folder}", 0.0))
    busy = RemovalRefused(f"Another process is installing {folder}: wait for it")
    with held(lock_of(folder), busy), explaining(folder):
        remove_tree(folder)


def deleted_folder() -> Path:
    """Where deleted jobs lie until they are deleted for ever."""
    return jobs_folder() / DELETED


def delete_for_ever() -> int:
    """Empty the folder of deleted jobs; returns how many went. Raises RemovalRefused, OutputUnwritable."""
    root = deleted_folder()
    if not root.is_dir():
        return 0
    busy = RemovalRefused(f"Another process is emptying {root}: wait for it")
    with held(root.with_name(f"{DELETED}.lock"), busy), explaining(root):
        jobs = list(root.iterdir())
        for path in jobs:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    return len(jobs)
