"""The asset's contract as a function: what every finished asset promises, measured on the asset itself."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.geometry.winding import solid_angles
from backend.meshing.topology import (
    EdgeCounts,
    count_edges,
    euler_number,
    part_of_triangle,
    signed_volumes,
    triangle_areas,
    triangle_normals,
)
from backend.uvs import texel_owners
from dreamfusion_blender.asset import Asset

DEGENERATE_AREA = 1e-9  # of the squared largest side: for an asset of 1 m, a thousandth of a square millimetre
SIZE_TOLERANCE = 1e-3  # of the size asked for


@dataclass(frozen=True)
class ContractReport:
    """What was measured; `violations` says in words what breaks the contract, and is empty for a good asset."""

    triangles: int
    vertices: int
    parts: int
    handles: int  # holes through the object: a torus has one
    edges: EdgeCounts
    inward_parts: int  # closed parts that face inwards
    inner_shells: int  # parts inside another part
    degenerate_triangles: int
    normals_inward: int  # vertices whose normal points into the object
    size: tuple[float, float, float]  # metres, x y z
    volume: float  # cubic metres
    origin_offset: float  # metres from the centre of the base
    uvs_outside: int  # corners outside the unit square
    uv_overlaps: int  # texels that belong to more than one triangle
    uv_coverage: float  # share of the texture's area in use
    texture_size: tuple[int, int]  # pixels, width and height
    texture_mode: str
    violations: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the asset keeps the contract."""
        return not self.violations

    def to_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {**asdict(self), "watertight": self.edges.closed, "violations": list(self.violations)}


def check(asset: Asset, triangle_budget: int, size: float) -> ContractReport:
    """Measure an asset against the contract. Raises nothing on a bad asset: the report says what is wrong."""
    vertices, triangles = asset.vertices, asset.triangles
    parts, part = part_of_triangle(triangles, len(vertices))
    part_volumes = np.bincount(part, signed_volumes(vertices, triangles), parts)
    edges = count_edges(triangles)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    largest = float((high - low).max())
    areas = triangle_areas(vertices, triangles)
    outside, overlaps, coverage = _check_uvs(asset.corner_uvs)
    with Image.open(io.BytesIO(asset.albedo_png)) as image:
        texture_size, texture_mode = image.size, image.mode
    measured: dict[str, Any] = {
        "triangles": len(triangles),
        "vertices": len(vertices),
        "parts": parts,
        "handles": parts - euler_number(triangles) // 2,
        "edges": edges,
        "inward_parts": int((part_volumes <= 0).sum()),
        "inner_shells": _inner_shells(vertices, triangles, part, parts),
        "degenerate_triangles": int((areas < DEGENERATE_AREA * largest**2).sum()),
        "normals_inward": _inward_normals(asset),
        "size": tuple(float(side) for side in high - low),
        "volume": float(part_volumes.sum()),
        "origin_offset": float(np.linalg.norm([*(low + high)[:2] / 2, low[2]])),
        "uvs_outside": outside,
        "uv_overlaps": overlaps,
        "uv_coverage": coverage,
        "texture_size": texture_size,
        "texture_mode": texture_mode,
    }
    rules = (
        (edges.closed, f"the surface is not watertight and manifold: {edges}"),
        (not measured["inward_parts"], f"{measured['inward_parts']} parts face inwards"),
        (not measured["inner_shells"], f"{measured['inner_shells']} shells lie inside others"),
        (not measured["degenerate_triangles"], f"{measured['degenerate_triangles']} triangles have no area"),
        (not measured["normals_inward"], f"{measured['normals_inward']} normals point inwards or have no length"),
        (len(triangles) <= triangle_budget, f"{len(triangles)} triangles, more than the {triangle_budget} asked for"),
        (abs(largest - size) <= SIZE_TOLERANCE * size, f"the largest side is {largest:.4g} m, not {size:.4g} m"),
        (
            measured["origin_offset"] <= SIZE_TOLERANCE * size,
            f"the origin is {measured['origin_offset']:.3g} m away from the centre of the base",
        ),
        (not outside, f"{outside} UV corners lie outside the unit square"),
        (not overlaps, f"{overlaps} texels belong to more than one triangle"),
        (coverage > 0, "the UVs cover no texel"),
        (texture_mode == "RGB", f"the texture's mode is {texture_mode}, not RGB"),
    )
    return ContractReport(**measured, violations=tuple(words for kept, words in rules if not kept))


def _inner_shells(
    vertices: NDArray[np.float32], triangles: NDArray[np.int32], part: NDArray[np.int32], parts: int
) -> int:
    """The number of parts that lie inside another, by the winding number of the others about one of their points."""
    inside = 0
    for index in range(parts if parts > 1 else 0):
        mine = part == index
        point = vertices[triangles[mine][0, 0]].astype(np.float64)
        inside += winding_number(point, vertices, triangles[~mine]) > 0.5
    return int(inside)


def winding_number(point: NDArray[np.float64], vertices: NDArray[np.float32], triangles: NDArray[np.int32]) -> float:
    """How many times closed triangles [T, 3] wind about a point: 1 inside, 0 outside."""
    return float(solid_angles(vertices[triangles].astype(np.float64) - point).sum() / (4 * np.pi))


def _inward_normals(asset: Asset) -> int:
    """Vertices whose normal is not of unit length or points away from all of its triangles' fronts."""
    faces = triangle_normals(asset.vertices, asset.triangles)
    faces /= np.maximum(np.linalg.norm(faces, axis=1, keepdims=True), 1e-30)
    along = np.einsum("tci,ti->tc", asset.normals[asset.triangles], faces)
    best = np.full(len(asset.vertices), -1.0)
    np.maximum.at(best, asset.triangles.reshape(-1), along.reshape(-1))
    unit = np.abs(np.linalg.norm(asset.normals, axis=1) - 1) < 1e-3
    return int(((best <= 0) | ~unit).sum())


def _check_uvs(corner_uvs: NDArray[np.float32]) -> tuple[int, int, float]:
    """Corners outside the unit square, texels in more than one triangle, and the share of texels in any."""
    outside = int(((corner_uvs < 0) | (corner_uvs > 1) | ~np.isfinite(corner_uvs)).any(axis=2).sum())
    owners = texel_owners(corner_uvs)
    return outside, int((owners > 1).sum()), float((owners > 0).mean())
