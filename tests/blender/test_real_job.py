"""The main job with nothing put in its place: the real backend, installed by its button, makes a real mesh."""

from __future__ import annotations

import bpy
import extension
import pytest

FEW = {"preset": "preview", "steps": 6, "triangles": 2000, "texture_size": 128}


@pytest.mark.slow
def test_install_the_backend_and_generate(scene, online, tmp_path, monkeypatch):
    monkeypatch.setenv("DREAMFUSION_JOBS", str(tmp_path / "jobs"))
    extension.part("operators.backend_environment").forget_environment()
    online(True)
    assert bpy.ops.dreamfusion.install_backend() == {"FINISHED"}
    assert bpy.ops.dreamfusion.generate(prompt="a red mug", seed=1, size=0.3, **FEW) == {"FINISHED"}
    (mug,) = scene.objects
    assert mug.name == "a red mug" and max(mug.dimensions) == pytest.approx(0.3, abs=1e-4)
    assert 0 < len(mug.data.polygons) <= 2000
    assert min(vertex.co.z for vertex in mug.data.vertices) == pytest.approx(0, abs=1e-4)
    (image,) = [node.image for node in mug.active_material.node_tree.nodes if node.type == "TEX_IMAGE"]
    assert tuple(image.size) == (128, 128) and image.packed_file is not None
