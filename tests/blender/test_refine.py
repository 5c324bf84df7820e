"""Refining and guiding from Blender: what is read off the scene, and that results come back to where they belong."""

from __future__ import annotations

import math

import bpy
import extension
import numpy as np
import pytest


@pytest.fixture(autouse=True)
def with_backend(fake_backend):
    pass


def add_mesh(name, vertices, faces):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices, [], faces)
    made = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(made)
    bpy.context.view_layer.objects.active = made
    return made


def add_box(name="Table", size=(2.0, 1.0, 1.0)):
    corners = [(x * size[0] / 2, y * size[1] / 2, z * size[2] / 2) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    return add_mesh(name, corners, faces)


def inputs_of(job_folder):
    job = extension.part("dreamfusion_blender.store").JobFolder.open(job_folder)
    return job, extension.part("dreamfusion_blender.inputs").Inputs.load(job.inputs, job.spec.inputs)


def only_job(tmp_path):
    (folder,) = (tmp_path / "jobs").iterdir()
    return inputs_of(folder)


def world_corners(made):
    bpy.context.view_layer.update()
    return np.array([made.matrix_world @ vertex.co for vertex in made.data.vertices])


def test_refine_comes_back_with_the_same_transform_over_the_hidden_original(scene, tmp_path):
    table = add_box()
    table.location, table.scale = (3, 4, 5), (1, 1, 2)
    table.rotation_euler = (0, 0, math.radians(30))
    bpy.context.view_layer.update()
    before = np.array(table.matrix_world)
    assert bpy.ops.dreamfusion.refine(prompt="a red table", strength=0.3, distance=0.1) == {"FINISHED"}
    made = bpy.context.view_layer.objects.active
    assert made is not table and made["dreamfusion_prompt"] == "a red table"
    np.testing.assert_allclose(np.array(made.matrix_world), before, atol=1e-5)
    assert not table.visible_get() and table.name in scene.objects and made.visible_get()
    job, inputs = only_job(tmp_path)
    assert (job.spec.strength, job.spec.distance) == pytest.approx((0.3, 0.1))
    # In its own frame: level, unturned, in metres, with its scale applied.
    np.testing.assert_allclose(np.ptp(inputs.start.vertices, axis=0), [2, 1, 2], atol=1e-5)
    assert job.spec.size == pytest.approx(2.0) == inputs.placement.size
    # The fake backend's cube of 2 m stands on the frame's origin, which is the table's own.
    corners = world_corners(made)
    np.testing.assert_allclose(corners.mean(axis=0), [3, 4, 6], atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(corners - corners.mean(axis=0), axis=1), math.sqrt(3), atol=1e-4)


def test_what_is_refined_of_a_sheared_object_is_in_its_place_and_in_form(scene, tmp_path):
    table, parent = add_box(size=(2.0, 2.0, 2.0)), bpy.data.objects.new("Parent", None)
    scene.collection.objects.link(parent)
    parent.scale, parent.location, table.parent = (3, 1, 1), (3, 4, 5), parent
    table.rotation_euler.z = 0.7
    bpy.context.view_layer.update()
    seen = world_corners(table)
    bpy.ops.dreamfusion.refine(prompt="a red table")
    _, inputs = only_job(tmp_path)
    frame = inputs.placement.frame
    np.testing.assert_allclose(inputs.start.vertices @ frame[:3, :3].T + frame[:3, 3], seen, atol=1e-5)
    # The fake backend's cube stands on the frame's origin.
    corners = world_corners(bpy.context.view_layer.objects.active)
    middle, side = corners.mean(axis=0), inputs.placement.size
    np.testing.assert_allclose(middle, (3, 4, 5 + side / 2), atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(corners - middle, axis=1), side / 2 * math.sqrt(3), atol=1e-4)
    assert not table.visible_get()


def test_modifiers_and_mirrored_scales_are_what_is_seen(scene, tmp_path):
    table = add_box(size=(1.0, 1.0, 1.0))
    table.modifiers.new("Array", "ARRAY").count = 3
    table.scale = (-1, 1, 1)
    bpy.context.view_layer.update()
    bpy.ops.dreamfusion.refine(prompt="a red table")
    _, inputs = only_job(tmp_path)
    low, high = inputs.start.vertices.min(axis=0), inputs.start.vertices.max(axis=0)
    np.testing.assert_allclose([*low, *high], [-2.5, -0.5, -0.5, 0.5, 0.5, 0.5], atol=1e-5)
    made = bpy.context.view_layer.objects.active
    triangle = made.data.polygons[0]
    middle = np.mean([vertex.co for vertex in made.data.vertices], axis=0)
    # Outward in the object's own coordinates, which Blender mirrors whole.
    assert np.dot(triangle.normal, np.array(triangle.center) - middle) > 0


def test_colours_come_from_materials_and_attributes(scene, tmp_path):
    table = add_box()
    red = bpy.data.materials.new("Red")
    if bpy.app.version < (5, 0, 0):
        red.use_nodes = True
    red.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (1.0, 0.0, 0.0, 1.0)
    textured = bpy.data.materials.new("Half")
    if bpy.app.version < (5, 0, 0):
        textured.use_nodes = True
    image = bpy.data.images.new("Half", 2, 1)
    image.pixels = [0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0]  # blue on the left, green on the right
    node = textured.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    base = textured.node_tree.nodes["Principled BSDF"].inputs["Base Color"]
    textured.node_tree.links.new(node.outputs["Color"], base)
    for material in (red, textured):
        table.data.materials.append(material)
    table.data.uv_layers.new(name="UVMap")
    table.data.uv_layers.active = table.data.uv_layers.new(name="Lightmap")  # at work on another than what is shown
    uvs = table.data.uv_layers["UVMap"]
    table.data.polygons[5].material_index = 1  # the top, z = 0.5
    for loop in table.data.polygons[5].loop_indices:
        x, y, _ = table.data.vertices[table.data.loops[loop].vertex_index].co
        uvs.data[loop].uv = (x / 2 + 0.5, y + 0.5)
    bpy.ops.dreamfusion.refine(prompt="a red table")
    _, inputs = only_job(tmp_path)
    points, colours = inputs.start.points, inputs.start.colours
    top = (points[:, 2] > 0.499) & (abs(points[:, 0]) < 0.99) & (abs(points[:, 1]) < 0.49)
    left, right = top & (points[:, 0] < -0.05), top & (points[:, 0] > 0.05)
    assert (colours[points[:, 2] < 0.499] == [255, 0, 0]).all()
    assert (colours[left] == [0, 0, 255]).all() and (colours[right] == [0, 255, 0]).all()
    assert left.sum() > 1000 < right.sum()


def test_guides_of_collections_travel_in_the_frame_of_the_front(scene, tmp_path):
    may = bpy.data.collections.new("May")
    scene.collection.children.link(may)
    box = add_box("Box", (1.0, 1.0, 4.0))
    may.objects.link(box)
    front = bpy.data.objects.new("Front", None)
    scene.collection.objects.link(front)
    front.location, front.rotation_euler = (10, 0, 0), (0, 0, math.radians(90))
    scene.dreamfusion_shape.may, scene.dreamfusion_shape.front = may, front
    scene.dreamfusion_shape.may_weight = 2.0
    bpy.context.view_layer.update()
    bpy.ops.dreamfusion.generate(prompt="a red mug")
    job, inputs = only_job(tmp_path)
    assert job.spec.overrides == {"constraints.may_weight": 2.0}
    assert inputs.start is None and inputs.must is None
    # 10 m behind the marker along X is 10 m along the frame's +Y, for it is turned by a quarter.
    np.testing.assert_allclose(inputs.may.vertices.mean(axis=0), [0, 10, 0], atol=1e-4)


def test_a_front_alone_places_and_scales(scene):
    front = bpy.data.objects.new("Front", None)
    scene.collection.objects.link(front)
    front.location, front.scale = (1, 2, 3), (2, 2, 2)
    front.rotation_euler = (0, 0, math.radians(90))
    scene.dreamfusion_shape.front = front
    bpy.context.view_layer.update()
    bpy.ops.dreamfusion.generate(prompt="a red mug", size=0.5)
    made = bpy.context.view_layer.objects.active
    np.testing.assert_allclose(made.location, (1, 2, 3))
    assert made.rotation_euler.z == pytest.approx(math.radians(90))
    assert max(made.dimensions) == pytest.approx(1.0)


def open_stage(scene, tmp_path, switch):
    """A guide and a front marker in a collection, as a file has them that was just opened: nothing is known of what
    is switched off. Returns the scene's settings.
    """
    stage = bpy.data.collections.new("Stage")
    scene.collection.children.link(stage)
    box, front = add_box("Box"), bpy.data.objects.new("Front", None)
    scene.collection.objects.unlink(box)
    box.modifiers.new("Array", "ARRAY").count = 2
    for each in (box, front):
        stage.objects.link(each)
        each.location = (3, 4, 5)
        each.hide_viewport = switch == "object"
    layer = bpy.context.view_layer.layer_collection.children["Stage"]
    layer.exclude, layer.hide_viewport, stage.hide_viewport = (switch == each for each in ("exclude", "eye", "monitor"))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "stage.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "stage.blend"))
    return bpy.context.scene.dreamfusion_shape


@pytest.mark.parametrize("role", ["may", "front"])
@pytest.mark.parametrize("switch", ["exclude", "monitor", "object"])
def test_what_is_switched_off_is_refused(scene, tmp_path, switch, role):
    shape = open_stage(scene, tmp_path, switch)
    given = {"may": bpy.data.collections["Stage"], "front": bpy.data.objects["Front"]}
    setattr(shape, role, given[role])
    with pytest.raises(RuntimeError, match="is excluded or disabled in this scene"):
        bpy.ops.dreamfusion.generate(prompt="a red mug")
    assert extension.part("operators.volume").volume_lines(bpy.context) is None


def test_what_is_hidden_with_the_eye_is_read(scene, tmp_path):
    shape = open_stage(scene, tmp_path, "eye")
    shape.may = bpy.data.collections["Stage"]
    bpy.ops.dreamfusion.generate(prompt="a red mug")
    _, inputs = only_job(tmp_path)
    low, high = inputs.may.vertices.min(axis=0), inputs.may.vertices.max(axis=0)
    np.testing.assert_allclose([*low, *high], [2, 3.5, 4.5, 6, 4.5, 5.5], atol=1e-5)


def test_wishes_become_constraints_of_the_job(scene):
    shape = scene.dreamfusion_shape
    spec_from = extension.part("operators.settings").spec_from
    assert spec_from(bpy.context).overrides == {}
    shape.symmetry, shape.flat_base, shape.use_ratio, shape.use_palette = "exact", True, True, True
    shape.ratio = (1.0, 2.0, 0.5)
    bpy.ops.dreamfusion.add_colour()
    bpy.ops.dreamfusion.add_colour()
    shape.colours[0].colour, shape.colours[1].colour = (1, 0, 0), (1, 1, 1)
    assert spec_from(bpy.context).overrides == {
        "constraints.symmetry": "exact",
        "constraints.flat_base": True,
        "constraints.ratio": "1:2:0.5",
        "constraints.palette": "#ff0000 #ffffff",
    }
    bpy.ops.dreamfusion.remove_colour(index=0)
    assert spec_from(bpy.context).overrides["constraints.palette"] == "#ffffff"
    shape.symmetry, shape.symmetry_weight = "soft", 0.6
    assert spec_from(bpy.context).overrides["constraints.symmetry_weight"] == 0.6


@pytest.mark.parametrize("case", ["nothing", "no faces", "flat", "empty collection"])
def test_what_cannot_be_used_is_refused_in_words(scene, case):
    words = {
        "nothing": "No object",
        "no faces": "no faces",
        "flat": "scaled to nothing",
        "empty collection": "nothing with faces",
    }
    if case == "no faces":
        add_mesh("Points", [(0, 0, 0)], [])
    elif case == "flat":
        add_box().scale = (1, 1, 0)
        bpy.context.view_layer.update()
    elif case == "empty collection":
        add_box()
        scene.dreamfusion_shape.must = bpy.data.collections.new("Nothing")
    with pytest.raises(RuntimeError, match=words[case]):
        bpy.ops.dreamfusion.refine(prompt="a red table")
    assert not any("dreamfusion_job" in each for each in bpy.data.objects)
