"""DreamFusion 3D: a text prompt becomes a textured mesh. The names below are the whole public Python API.

    from dreamfusion_blender import generate
    asset = generate("a red mug", seed=1)      # -> Asset
    asset.save_glb("mug.glb")
    asset.to_scene()                           # inside Blender only

Importing this package loads nothing but the standard library: names are looked up when first used, so that the
command line starts at once, and without numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from .api import Failure, finish, generate, generate_batch, refine, resume
    from .asset import Asset
    from .errors import Cancelled, DreamFusionError
    from .iterating import branch, continue_job, restyle, variations
    from .job import JobSpec
    from .store import JobFolder, list_jobs

__all__ = [
    "Asset",
    "Cancelled",
    "DreamFusionError",
    "Failure",
    "JobFolder",
    "JobSpec",
    "__version__",
    "branch",
    "continue_job",
    "finish",
    "generate",
    "generate_batch",
    "list_jobs",
    "refine",
    "restyle",
    "resume",
    "variations",
]

_HOME = {
    "Asset": "asset",
    "Cancelled": "errors",
    "DreamFusionError": "errors",
    "Failure": "api",
    "JobFolder": "store",
    "JobSpec": "job",
    "branch": "iterating",
    "continue_job": "iterating",
    "finish": "api",
    "generate": "api",
    "generate_batch": "api",
    "list_jobs": "store",
    "refine": "api",
    "resume": "api",
    "restyle": "iterating",
    "variations": "iterating",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOME[name]}", __name__), name)
