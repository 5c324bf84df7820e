"""glTF files whose coloured meshes name no material get the one that the format means then: plain white.

trimesh takes the colours of a mesh without a material for bytes, and cuts those of sixteen bits off at eight.
"""

from __future__ import annotations

import json
from typing import Any, Final

__all__ = ["with_materials"]

_MAGIC: Final = b"glTF"
_HEADER: Final = 12  # bytes: magic, version, length of all
_CHUNK: Final = 8  # bytes: length, type; the first chunk is JSON (glTF 2.0, §4.4)


def with_materials(content: bytes) -> bytes:
    """A .glb's or .gltf's bytes. What is no such file comes back as it is."""
    if not content.startswith(_MAGIC):
        changed = _completed(content)
        return content if changed is None else changed
    start = _HEADER + _CHUNK
    end = start + int.from_bytes(content[_HEADER : _HEADER + 4], "little")
    changed = _completed(content[start:end])
    if changed is None:
        return content
    changed += b" " * (-len(changed) % 4)
    chunk = len(changed).to_bytes(4, "little") + content[_HEADER + 4 : start] + changed
    rest = content[end:]
    total = _HEADER + len(chunk) + len(rest)
    return content[:8] + total.to_bytes(4, "little") + chunk + rest


def _completed(text: bytes) -> bytes | None:
    """The JSON with the materials that are missing; None where none is."""
    try:
        table = json.loads(text)
    except ValueError:
        return None  # the reader says what is wrong with it
    if not isinstance(table, dict):
        return None
    bare = [each for each in _primitives(table) if "COLOR_0" in each["attributes"] and "material" not in each]
    if not bare:
        return None
    materials = table.setdefault("materials", [])
    materials.append({})
    for each in bare:
        each["material"] = len(materials) - 1
    return json.dumps(table).encode()


def _primitives(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for mesh in table.get("meshes", ()) for each in mesh["primitives"]]
