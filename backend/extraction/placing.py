"""How large an asset is, and where its origin lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backend.meshing.field_grid import Floats
from dreamfusion_blender.constraints import parse_ratio
from dreamfusion_blender.inputs import Placement
from dreamfusion_blender.job import JobSpec


def placed(
    vertices: Floats, normals: Floats, spec: JobSpec, placement: Placement | None, plane: float = 0.0
) -> tuple[Floats, Floats, NDArray[np.float64]]:
    """Vertices and normals [V, 3] with the origin at the centre of the base, and where that lies: [3] in m.

    The largest side is the spec's size. In a placement with a size of its own, the field's metres are those of the
    placement instead, scaled where another size is asked for than it came with.

    plane: the x in the field that the mesh has at 0.
    """
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    base = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    origin = np.zeros(3)
    if placement is not None and placement.radius is not None:
        factor = spec.size / placement.size
        scale = np.full(3, placement.radius * factor)
        origin = ((base + np.array([plane, 0, 0])) * placement.radius + placement.centre) * factor
    else:
        ratio = parse_ratio(str(spec.overrides.get("constraints.ratio", "")))
        # The run comes close to the proportions asked for; here they become exact.
        sides = (high - low) if ratio is None else (high - low) / ratio
        scale = spec.size / (np.full(3, sides.max()) if ratio is None else sides)
    tilted = normals / scale
    tilted /= np.maximum(np.linalg.norm(tilted, axis=1, keepdims=True), 1e-20)
    return ((vertices - base) * scale).astype(np.float32), tilted.astype(np.float32), origin
