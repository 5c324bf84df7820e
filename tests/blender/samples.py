"""Small things that tests and the fake backend share: seeds with a meaning, a cube, a picture of one colour."""

from __future__ import annotations

import struct
import zlib

import numpy as np

ENDLESS, CRASHES, EMPTY, DEAF = 101, 102, 103, 104
"""The seeds of jobs that the fake backend never finishes, crashes in, finds nothing in, and cannot be stopped in."""

DEAF_STAGE = "Making the mesh"
"""During which a DEAF job hears nothing."""


STEPS = 5
"""Of the fake backend's jobs."""


def cube_mesh() -> tuple[np.ndarray, np.ndarray]:
    """Vertices [8, 3] of the cube [-1, 1]³ and its triangles [12, 3], outward."""
    vertices = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=np.float32)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    return vertices, np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))], dtype=np.int32)


def png(side: int, colour: tuple[int, int, int]) -> bytes:
    """A PNG of one colour."""
    rows = b"".join(b"\0" + bytes(colour) * side for _ in range(side))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
