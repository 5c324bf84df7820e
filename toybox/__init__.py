"""A procedural world of captioned toys, from which the embedded prior and the benchmark's judge learn.

    rng = numpy.random.default_rng(0)
    sample = sample_scene(rng)                          a scene and its caption
    cameras = ring(4, azimuth=0.0, elevation=0.3, fov=0.7, distance=3.2)
    pictures = render([sample.scene], cameras, size=64)     colour, mask, depth, normal

World: Z up, an object's front faces -Y, everything inside the unit sphere. Azimuth 0 is the camera at -Y, growing
counter-clockwise seen from above.
"""

from __future__ import annotations

from .cameras import Cameras, Lighting, orbit, random_backgrounds, random_cameras, random_lighting, ring
from .captions import parse
from .colours import COLOURS
from .compose import Sample, compose, sample_scene
from .description import Description, Item
from .ground_truth import mesh, signed_distance
from .objects import THINGS
from .pack import Packed, pack
from .render import Pictures, render, render_packed
from .scene import Scene
from .vocabulary import words

__all__ = [
    "COLOURS",
    "THINGS",
    "Cameras",
    "Description",
    "Item",
    "Lighting",
    "Packed",
    "Pictures",
    "Sample",
    "Scene",
    "compose",
    "mesh",
    "orbit",
    "pack",
    "parse",
    "random_backgrounds",
    "random_cameras",
    "random_lighting",
    "render",
    "render_packed",
    "ring",
    "sample_scene",
    "signed_distance",
    "words",
]
