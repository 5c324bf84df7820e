"""Tables and commands that name mesh files: refined, guided, found beside the table, and not made twice."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from dreamfusion_blender import jobs
from dreamfusion_blender.batch import Failure, run_rows, spec_and_inputs
from dreamfusion_blender.environment import Environment
from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.inputs import Inputs
from dreamfusion_blender.store import JobFolder, list_jobs
from dreamfusion_blender.tables import read_table


@pytest.fixture
def meshes(tmp_path):
    """A folder with a box of 2 m, one of 4 m around it, a small one inside, and files that are none."""
    folder = tmp_path / "meshes"
    folder.mkdir()
    for name, side in (("table", 2.0), ("may", 4.0), ("must", 0.5)):
        trimesh.creation.box((side, side / 2, side / 2)).export(folder / f"{name}.ply")
    (folder / "broken.glb").write_bytes(b"glTF nonsense")
    return folder


def inputs_of(job):
    return Inputs.load(job.inputs, job.spec.inputs)


def given(row, environment):
    """The spec and the inputs of a row."""
    spec, content = spec_and_inputs(row, environment)
    path = environment.folder / "inputs.npz"
    path.write_bytes(content)
    return spec, Inputs.load(path, spec.inputs)


def test_a_row_refines_the_mesh_beside_its_table(meshes, backend):
    (meshes / "t.csv").write_text(
        "prompt,mesh,may,must,strength,size\n"
        "a red mug,table.ply,,,0.3,\n"
        "a car,table.ply,may.ply,must.ply,,\n"
        "a red mug,broken.glb,,,,\n"
        "a red mug,nowhere.ply,,,,\n"
        "a car,,may.ply,,,\n"
        "a car,,,,,0.5\n"
    )
    results = run_rows(read_table(meshes / "t.csv"), backend=backend)
    assert [each.index for each in results if isinstance(each, Failure)] == [2, 3]
    done = [each for each in results if isinstance(each, JobFolder)]
    assert [each.spec.size for each in done] == pytest.approx([2.0, 2.0, 4.0, 0.5])
    assert done[0].spec.strength == 0.3
    assert [set(inputs_of(each).meshes) for each in done[:3]] == [{"start"}, {"start", "may", "must"}, {"may"}]
    assert done[3].spec.inputs == "" and all(each.glb.is_file() for each in done)


def test_running_again_makes_only_the_row_whose_mesh_has_changed(meshes, backend):
    rows = [{"prompt": "a car", "mesh": meshes / "table.ply"}, {"prompt": "a car", "mesh": meshes / "must.ply"}]
    first = run_rows(rows, backend=backend)
    trimesh.creation.box((1.0, 1.0, 3.0)).export(meshes / "must.ply")
    states: list[str] = []
    second = run_rows(rows, on_row=lambda index, state, result: states.append(state), backend=backend)
    assert states == ["skipped", "started", "finished"]
    assert first[0] != second[1] and len(list_jobs()) == 3


def test_guides_leave_a_meshs_size_alone_and_share_its_coordinates(meshes, fake_environment):
    row = {"prompt": "a car", "mesh": str(meshes / "table.ply"), "may": str(meshes / "may.ply")}
    spec, inputs = given(row, fake_environment)
    assert spec.size == inputs.placement.size == pytest.approx(2.0)
    assert inputs.start is not None and inputs.may is not None
    np.testing.assert_allclose(np.ptp(inputs.may.vertices, axis=0), 2 * np.ptp(inputs.start.vertices, axis=0))
    reach = np.linalg.norm(inputs.placement.to_field(inputs.may.vertices), axis=1)
    assert 0.5 < reach.max() < 1.0  # all of it lies in the field's ball
    asked, _ = given({**row, "size": 0.5}, fake_environment)
    assert asked.size == 0.5


def test_what_is_no_path_is_refused(fake_environment):
    with pytest.raises(BadSpec, match="mesh is 7; permitted: the path of a mesh file"):
        spec_and_inputs({"prompt": "a car", "mesh": 7}, fake_environment)


def test_the_command_refine_takes_guides(meshes, run_cli):
    guides = ("--may", str(meshes / "may.ply"), "--must", str(meshes / "must.ply"))
    done = run_cli("refine", str(meshes / "table.ply"), "a red mug", *guides)
    assert done.returncode == 0, done.stderr
    (job,) = list_jobs()
    assert set(inputs_of(job).meshes) == {"start", "may", "must"} and job.spec.size == pytest.approx(2.0)
    refused = run_cli("refine", str(meshes / "table.ply"), "a red mug", "--may", str(meshes / "broken.glb"))
    assert refused.returncode == BadSpec.exit_code and "broken.glb" in refused.stderr


def test_the_command_batch_refines(meshes, run_cli, tmp_path):
    (meshes / "t.jsonl").write_text('{"prompt": "a red mug", "mesh": "table.ply", "distance": 0.1}\n')
    done = run_cli("batch", str(meshes / "t.jsonl"))
    assert done.returncode == 0, done.stderr
    (job,) = list_jobs()
    assert set(inputs_of(job).meshes) == {"start"} and job.spec.distance == 0.1
    assert list((tmp_path / "here").glob("*.glb"))


def test_the_api_refines_with_guides(meshes, fake_environment: Environment, monkeypatch):
    from dreamfusion_blender import Asset, refine

    monkeypatch.setenv("DREAMFUSION_ENV", str(fake_environment.folder))
    jobs.shut_down()
    asset = refine(meshes / "table.ply", "a red mug", may=meshes / "may.ply", size=3.0, steps=1)
    jobs.shut_down()
    assert isinstance(asset, Asset)
    (job,) = list_jobs()
    assert set(inputs_of(job).meshes) == {"start", "may"} and job.spec.size == 3.0
