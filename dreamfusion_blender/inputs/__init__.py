"""What a job is given besides words: a mesh to start from, guides, and where all of it stands in the artist's scene.

One file of plain arrays in the job folder, inputs.npz, named in the spec by its hash: what was given when the job was
made is what it runs with, whatever becomes of the artist's own file.
"""

from __future__ import annotations

from .colour_space import linear_of, srgb_of
from .given import Inputs
from .given_mesh import COLOUR_SAMPLES, GREY, GivenMesh, join_meshes, largest_side
from .placement import Placement, ball_around, placement_around
from .sampling import barycentric_samples, sample_triangles

__all__ = [
    "COLOUR_SAMPLES",
    "GREY",
    "GivenMesh",
    "Inputs",
    "Placement",
    "ball_around",
    "barycentric_samples",
    "join_meshes",
    "largest_side",
    "linear_of",
    "placement_around",
    "sample_triangles",
    "srgb_of",
]
