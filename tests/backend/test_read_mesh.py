"""Mesh files as what a job is given: upright, in metres, in their colours; and nothing from outside their folder."""

import base64
import json
import struct
from urllib.parse import quote

import numpy as np
import pytest
import trimesh
from PIL import Image
from trimesh.visual import ColorVisuals, TextureVisuals
from trimesh.visual.material import PBRMaterial

from backend.read_mesh import _shares, read_inputs, read_mesh
from dreamfusion_blender.errors import BadSpec

PLY = """ply
format ascii 1.0
element vertex 3
property float x
property float y
property float z
element face 1
property list uchar int vertex_indices
end_header
0 0 0
1 0 0
0 1 0
3 0 1 {last}
"""


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


def gltf(folder, name, *, buffer=None, colour=None, image=None, of_vertices=None):
    """A box as name.gltf with its buffer beside it, in a linear colour, or with a picture.

    of_vertices: one colour in bytes for all vertices.
    buffer: what the file calls its buffer, if not by the name that glTF's URIs give it.
    """
    box = trimesh.creation.box()
    material = PBRMaterial(baseColorFactor=colour, baseColorTexture=image)
    box.visual = TextureVisuals(uv=np.full((len(box.vertices), 2), 0.5), material=material)
    if of_vertices is not None:
        box.visual.vertex_attributes["color"] = np.tile(np.uint8(of_vertices), (len(box.vertices), 1))
    for file, content in trimesh.exchange.gltf.export_gltf(trimesh.Scene(box)).items():
        if file == "model.gltf":
            table = json.loads(content)
            for part in table["buffers"]:
                part["uri"] = buffer or quote(f"{name} {part['uri']}")
            for part in table.get("images", ()):
                assert image is not None
                image.save(folder / f"{name}.png")
                part.pop("bufferView")
                part["uri"] = quote(f"{name}.png")
            (folder / f"{name}.gltf").write_text(json.dumps(table))
        else:
            (folder / f"{name} {file}").write_bytes(content)
    return folder / f"{name}.gltf"


def test_a_gltf_s_files_have_spaces_in_their_names(tmp_path):
    mesh = read_mesh(gltf(tmp_path, "my table", image=Image.new("RGB", (4, 4), (200, 30, 40))))
    np.testing.assert_array_equal(np.unique(mesh.colours, axis=0), [[200, 30, 40]])


@pytest.mark.parametrize("name", ["../secret.bin", "%2e%2e/secret.bin"])
def test_nothing_is_read_from_outside_its_folder(tmp_path, name):
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(10_000))
    with pytest.raises(BadSpec, match="outside of its folder"):
        read_mesh(gltf(tmp_path / "inner", "a", buffer=name))


def test_a_file_that_is_not_beside_it_is_named(tmp_path):
    with pytest.raises(BadSpec, match=r"needs the file b\.bin"):
        read_mesh(gltf(tmp_path, "a", buffer="b.bin"))


@pytest.mark.parametrize(("linear", "srgb"), [([0.5, 0.2, 0.05, 1.0], [188, 124, 63]), (None, [255, 255, 255])])
def test_plain_colours_of_gltf_are_linear(tmp_path, linear, srgb):
    mesh = read_mesh(gltf(tmp_path, "a", colour=linear))
    np.testing.assert_allclose(np.unique(mesh.colours, axis=0), [srgb], atol=1)


def test_colours_of_gltf_s_vertices_are_linear(tmp_path):
    np.testing.assert_allclose(
        np.unique(read_mesh(saved(tmp_path / "a.glb")).colours, axis=0), [[229, 96, 110]], atol=1
    )


def test_pictures_of_gltf_are_tinted_by_factors_and_vertices(tmp_path):
    """All factors are linear, the picture is sRGB (glTF 2.0, §3.9.2); 188 in sRGB is about one half."""
    grey = Image.new("RGB", (4, 4), (188, 188, 188))
    tinted = read_mesh(gltf(tmp_path, "a", image=grey, colour=[1.0, 0.5, 0.0, 1.0]))
    np.testing.assert_allclose(np.unique(tinted.colours, axis=0), [[188, 137, 0]], atol=2)
    again = read_mesh(gltf(tmp_path, "b", image=grey, colour=[1.0, 0.5, 0.0, 1.0], of_vertices=[128, 255, 255, 255]))
    np.testing.assert_allclose(np.unique(again.colours, axis=0), [[137, 137, 0]], atol=2)
    plain = read_mesh(gltf(tmp_path, "c", colour=[0.5, 0.5, 0.5, 1.0], of_vertices=[255, 128, 0, 255]))
    np.testing.assert_allclose(np.unique(plain.colours, axis=0), [[188, 137, 0]], atol=2)


def test_colours_of_vertices_in_sixteen_bits_are_shares_as_well():
    for kind in (np.uint8, np.uint16):
        np.testing.assert_allclose(_shares(np.array([0, np.iinfo(kind).max], kind)), [0, 1])
    np.testing.assert_allclose(_shares(np.float32([0.25])), [0.25])


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("name", ["a.glb", "a.gltf"])
def test_colours_of_vertices_without_a_material_are_of_any_kind(tmp_path, name, kind):
    """Linear ones, on the plain white that glTF takes then (2.0, §3.9.1 and §3.7.2.1)."""
    most = 1 if kind == np.float32 else np.iinfo(kind).max
    mesh = read_mesh(triangle(tmp_path / name, np.array([0.5 * most, most, 0.0]).astype(kind)))
    np.testing.assert_allclose(np.unique(mesh.colours, axis=0), [[188, 255, 0]], atol=1)


def triangle(path, colour):
    """A triangle with one colour at its corners and no material, whose arrays lie in the file."""
    corners = np.float32([[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    padded = np.zeros((3, 4), colour.dtype)  # each corner's begins at a multiple of four bytes
    padded[:, :3] = colour
    data = corners.tobytes() + padded.tobytes()
    code = {"uint8": 5121, "uint16": 5123, "float32": 5126}[colour.dtype.name]
    views = [{"buffer": 0, "byteLength": 36}, {"buffer": 0, "byteOffset": 36, "byteLength": len(data) - 36}]
    table = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "COLOR_0": 1}}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 0]},
            {"bufferView": 1, "componentType": code, "count": 3, "type": "VEC4", "normalized": code != 5126},
        ],
        "bufferViews": views,
    }
    if path.suffix == ".gltf":
        table["buffers"] = [{"byteLength": len(data), "uri": f"data:;base64,{base64.b64encode(data).decode()}"}]
        path.write_text(json.dumps(table))
        return path
    table["buffers"] = [{"byteLength": len(data)}]
    text = json.dumps(table).encode()
    text += b" " * (-len(text) % 4)
    path.write_bytes(
        struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(data))
        + struct.pack("<I4s", len(text), b"JSON")
        + text
        + struct.pack("<I4s", len(data), b"BIN\0")
        + data
    )
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ply", PLY.format(last=9)),
        ("a.obj", "v 0 0 nan\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"),
    ],
)
def test_damage_inside_is_told_in_words_too(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    with pytest.raises(BadSpec, match=name):
        read_mesh(tmp_path / name)


@pytest.mark.parametrize("content", ["[]", '{"meshes": 3}', '{"materials": null, "meshes": []}'])
def test_json_that_is_no_gltf_is_refused(tmp_path, content):
    path = tmp_path / "a.gltf"
    path.write_text(content)
    with pytest.raises(BadSpec, match=r"a\.gltf"):
        read_mesh(path)
