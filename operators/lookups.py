"""What panels show and what takes long to find out: looked up in a thread, one after another, and kept. No bpy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.files import bytes_on_disk
from ..dreamfusion_blender.installing import download_words
from ..dreamfusion_blender.torch_builds import nvidia_gpu
from .background import Background


class Lookups:
    """The panels ask, the timer calls `pump`, whoever changes something calls `forget`."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._waiting: dict[str, Callable[[], str]] = {}
        self._at_work: tuple[str, Background[str]] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether `pump` has something to wait for."""
        return self._at_work is not None or bool(self._waiting)

    def ask(self, name: str, function: Callable[[], str]) -> str | None:
        """What is known under this name, in words; None while it is being found out by `function`."""
        is_asked = name in self._waiting or (self._at_work is not None and self._at_work[0] == name)
        if name not in self._known and not is_asked:
            self._waiting[name] = function
        return self._known.get(name)

    def pump(self) -> bool:
        """Take in what was found and begin the next, without waiting; whether anything was found.

        Where the looking failed, what is known is why.
        """
        found = False
        if self._at_work is not None and self._at_work[1].has_ended:
            (name, background), self._at_work, found = self._at_work, None, True
            try:
                self._known[name] = background.result()
            except DreamFusionError as error:
                self._known[name] = error.message
        if self._at_work is None and self._waiting:
            name = next(iter(self._waiting))
            self._at_work = name, Background(self._waiting.pop(name))
        return found

    def forget(self) -> None:
        """Find everything out again when it is next asked for."""
        self.__init__()


lookups = Lookups()
"""The one of this Blender."""


def size_of(folder: Path) -> str | None:
    """What a folder takes on the disk, in words; None while it is being measured."""
    return lookups.ask(f"size {folder}", lambda: size_words(bytes_on_disk(folder)))


def cost_of_install(device: str) -> str | None:
    """What an install downloads and takes, in words; None while the driver is being asked."""
    return lookups.ask(f"install {device}", lambda: download_words(device, nvidia_gpu()))


def size_words(size: int) -> str:
    """Bytes for people: 12 kB, 3.4 MB, 1.39 GB."""
    for unit, name in ((1e9, "GB"), (1e6, "MB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}" if size < 1000 * unit else f"{size / unit:.0f} {name}"
    return f"{size / 1e3:.0f} kB" if size else "empty"
