"""Mesh files as what a job is given: upright, in metres, in their colours; and nothing from outside their folder."""

import numpy as np
import pytest
import trimesh
from trimesh.visual import ColorVisuals

from backend.read_mesh import read_inputs, read_mesh
from dreamfusion_blender.errors import BadSpec


def saved(path):
    box = trimesh.creation.box((1.0, 2.0, 3.0))  # Y is up in files of glTF and OBJ
    box.visual = ColorVisuals(box, face_colors=np.tile(np.uint8([200, 30, 40, 255]), (len(box.faces), 1)))
    box.export(path)
    return path


@pytest.mark.parametrize(
    ("name", "sides"), [("a.glb", (1, 3, 2)), ("a.obj", (1, 3, 2)), ("a.ply", (1, 2, 3)), ("a.stl", (1, 2, 3))]
)
def test_files_stand_upright(tmp_path, name, sides):
    mesh = read_mesh(saved(tmp_path / name))
    np.testing.assert_allclose(np.ptp(mesh.vertices, axis=0), sides, atol=1e-5)


def test_colours_are_read(tmp_path):
    inputs = read_inputs({"start": str(saved(tmp_path / "a.ply"))})
    assert inputs.start is not None and inputs.placement.size == pytest.approx(3)
    np.testing.assert_array_equal(np.unique(inputs.start.colours, axis=0), [[200, 30, 40]])


@pytest.mark.parametrize("name", ["a.blend", "missing.glb", "broken.glb", "empty.obj"])
def test_what_is_no_mesh_is_refused_in_words(tmp_path, name):
    (tmp_path / "broken.glb").write_bytes(b"glTF nonsense")
    (tmp_path / "empty.obj").write_text("v 0 0 0\n")
    with pytest.raises(BadSpec, match=name):
        read_mesh(tmp_path / name)
