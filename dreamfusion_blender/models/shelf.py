"""What there is of a catalogue's model on this machine, in a few words for lists and panels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .catalogue import Model
from .fast_encoders import FastEncoder
from .library import ModelFolder, find_model
from .resolving import resolve

State = Literal["embedded", "here", "in the hub's cache", "half here", "not here"]


@dataclass(frozen=True)
class Shelf:
    """Where a model lies and what it takes. bytes_on_disk: of the models folder; 0 for what lies elsewhere."""

    state: State
    path: Path | None = None
    bytes_on_disk: int = 0
    download_gb: float = 0.0

    @property
    def is_here(self) -> bool:
        """Whether a job can use it."""
        return self.state in ("embedded", "here", "in the hub's cache")

    @property
    def words(self) -> str:
        """The state with its gigabytes."""
        if self.bytes_on_disk:
            return f"{self.state}, {gigabytes(self.bytes_on_disk)}"
        return f"{self.state}, about {self.download_gb:g} GB" if self.state == "not here" else self.state


def look_up(model: Model | FastEncoder) -> Shelf:
    """What there is of the model. It looks at every file's size: what is drawn over and over keeps the answer."""
    if model.repository is None:
        return Shelf("embedded", resolve(model.name).path)
    folder, found = ModelFolder.of(model.repository), find_model(model.repository)
    if found is not None:
        path, _ = found
        if path == folder.path:
            return Shelf("here", path, folder.bytes_on_disk)
        return Shelf("in the hub's cache", path)
    if folder.marker is not None:
        return Shelf("half here", None, folder.bytes_on_disk, model.download_gb)
    return Shelf("not here", None, 0, model.download_gb)


def gigabytes(size: int) -> str:
    """A number of bytes in words, with as many digits as tell something."""
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e9:.2f} GB"
