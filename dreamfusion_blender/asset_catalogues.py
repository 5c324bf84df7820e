"""Blender's file of asset catalogues beside a .blend file: read, and written whole with one more catalogue in it.

Source: Blender's manual, Files > Asset Libraries > Asset Catalogs: a line `VERSION 1`, then a line UUID:path:name for
each catalogue; lines that begin with # are comments. What else is in the file is kept as it stands.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .errors import BadSpec, OutputUnwritable
from .files import atomic_write

FILE_NAME: Final = "blender_assets.cats.txt"
_HEADER: Final = """# This is an Asset Catalog Definition file for Blender.
#
# Empty lines and lines starting with `#` will be ignored.
# The first non-ignored line should be the version indicator.
# Other lines are of the format "UUID:catalog/path/for/assets:simple catalog name"

VERSION 1

"""
_NAMESPACE: Final = uuid.UUID("9f0fd3f5-2c9f-5c0e-9a2e-6d4c8c2f7a10")
"""Ours: the same catalogue has the same number in every file, so that assets stay in it when they are moved."""


def catalogue_id(folder: Path, catalogue: str) -> str:
    """The number of the catalogue of this path in the folder's file, which gets it if it has none.

    catalogue: words parted by `/`. Raises BadSpec for what cannot be one, OutputUnwritable for a file of a later
    version or one that cannot be written.
    """
    path = clean(catalogue)
    file = folder / FILE_NAME
    text = _read(file)
    for line in text.splitlines():
        parts = line.split(":")
        if not line.startswith("#") and len(parts) >= 2 and parts[1].strip() == path:
            return parts[0].strip()
    number = str(uuid.uuid5(_NAMESPACE, path))
    text = text if text.endswith("\n") else f"{text}\n"
    atomic_write(file, f"{text}{number}:{path}:{path.replace('/', '-')}\n")
    return number


def clean(catalogue: str) -> str:
    """The path as Blender writes it. Raises BadSpec."""
    parts = [part.strip() for part in catalogue.split("/") if part.strip()]
    if not parts or re.search(r"[:\\\n\r]", catalogue):
        raise BadSpec(f"The catalogue {catalogue!r} is no path of words such as Props/Furniture, without colons")
    return "/".join(parts)


def folder_for(blend: Path, libraries: Sequence[Path]) -> Path:
    """Where Blender looks for the catalogues of a .blend file: its library's root, else its own folder."""
    return next((root for root in libraries if root in blend.parents), blend.parent)


def _read(file: Path) -> str:
    if not file.exists():
        return _HEADER
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OutputUnwritable(f"Cannot read the catalogues in {file}: {error}") from error
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if lines and lines[0] != "VERSION 1":
        raise OutputUnwritable(
            f"{file} begins with {lines[0][:40]!r}: only version 1 of Blender's format can be added to"
        )
    return text if lines else _HEADER
