"""What kind of toybox a folder holds: what its pictures show, how it is told cameras and light, what is guided."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

import torch
from torch import Tensor

from backend.cameras import Cameras
from backend.priors.loading.files import damaged, read_json

__all__ = [
    "FOLDER",
    "LIGHT_NUMBERS",
    "RAY_CHANNELS",
    "VARIANT_FILE",
    "Told",
    "ToyboxVariant",
    "light_labels",
    "ray_maps",
    "read_variant",
]

FOLDER: Final = Path(__file__).parent / "toybox"
"""The one that ships."""
VARIANT_FILE: Final = "toybox.json"
RAY_CHANNELS: Final = 6
"""Of a Plücker map: direction and moment."""
LIGHT_NUMBERS: Final = 4
"""See light_labels."""

Told = Literal["matrix", "rays", "both"]


@dataclass(frozen=True)
class ToyboxVariant:
    """The defaults are the first toybox, whose folder does not say what it is."""

    resolution: int = 64  # pixels a side
    normals: bool = (
        False  # pictures have six channels: colour, and the surfaces' normals in world space (Wonder3D's idea)
    )
    cameras: Told = "matrix"  # class labels (MVDream §3.2), Plücker maps beside the pictures (LFN, 2106.02634), or both
    camera_guidance: bool = (
        False  # the negative prompt is asked without cameras, so that guidance strengthens them, too
    )
    light: bool = False  # the class labels go on with the light that falls on the object, see light_labels

    @property
    def channels(self) -> int:
        """Channels of a picture."""
        return 6 if self.normals else 3

    @property
    def sees_rays(self) -> bool:
        """Whether Plücker maps come beside the pictures."""
        return self.cameras != "matrix"

    @property
    def reads_matrix(self) -> bool:
        """Whether the matrices mean anything to it; else they are zeros."""
        return self.cameras != "rays"


def read_variant(folder: Path) -> ToyboxVariant:
    """Raises WeightsDamaged for a file that is not understood."""
    path = folder / VARIANT_FILE
    if not path.is_file():
        return ToyboxVariant()
    content = read_json(path)
    known = {each.name: type(each.default) for each in dataclasses.fields(ToyboxVariant)}
    for name, value in content.items():
        if name not in known or type(value) is not known[name]:
            raise damaged(f"{path} says {name} = {value!r}, which this version does not understand")
    variant = ToyboxVariant(**content)
    if variant.cameras not in get_args(Told):
        raise damaged(f"{path} says cameras = {variant.cameras!r}; there are: {', '.join(get_args(Told))}")
    return variant


def ray_maps(cameras: Cameras, resolution: int) -> Tensor:
    """The rays through the pixels' centres in Plücker coordinates: direction, and moment origin × direction.

    World space, metres: the moment's length is how far from the origin a ray passes.  Returns [B, 6, H, W].
    """
    rays = cameras.all_rays(resolution)
    moments = torch.linalg.cross(rays.origins, rays.directions)
    maps = torch.cat([rays.directions, moments], dim=-1)
    return maps.view(len(cameras), resolution, resolution, RAY_CHANNELS).permute(0, 3, 1, 2)


def light_labels(cameras: Cameras, lights: Tensor) -> Tensor:
    """What a prior that is told the light reads behind the cameras' matrices: [B, 4].

    The light along each view's right, up and back (towards the camera), and 1, since four zeros mean: not told.

    lights: [B, 3] in world space, towards distant lights, as long as their share in the brightness of a surface that
    faces them (1 - ambient); zeros where plain albedo is shown.
    """
    seen = torch.einsum("bij,bi->bj", cameras.pose[:, :, :3], lights)
    return torch.cat([seen, torch.ones_like(seen[:, :1])], dim=1)
