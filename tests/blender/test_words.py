"""Every button and field says what it does, and every button that cannot be pressed says what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
import extension
import pytest
from samples import ENDLESS

SMALL_WORDS = {"a", "an", "and", "as", "at", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
NO_REASON = "failed, context is incorrect"  # what Blender says of a poll that gave none


def operators() -> list[str]:
    """The names of all of ours after `bpy.ops.dreamfusion.`."""
    return [name for name in dir(bpy.ops.dreamfusion) if not name.startswith("_")]


def classes() -> list[type]:
    """All registered classes of ours that have properties."""
    kinds = ("_OT_", "_PG_", "_AP_")
    named = [getattr(bpy.types, each) for each in dir(bpy.types) if each.startswith("DREAMFUSION_")]
    found = [each for each in named if any(kind in each.__name__ for kind in kinds)]
    preferences = type(bpy.context.preferences.addons[extension.MODULE].preferences)
    groups = [type(value) for value in _groups()]
    return [*dict.fromkeys([*found, preferences, *groups])]


def _groups() -> Iterator[bpy.types.PropertyGroup]:
    scene, cube = bpy.context.scene, bpy.data.objects.new("Cube", bpy.data.meshes.new("Cube"))
    yield from (scene.dreamfusion, scene.dreamfusion_shape, cube.dreamfusion_field)
    yield bpy.context.window_manager.dreamfusion_history
    yield from (scene.dreamfusion.loras.add(), scene.dreamfusion.overrides.add(), scene.dreamfusion_shape.colours.add())


def properties(found: type) -> list[bpy.types.Property]:
    """Those that somebody may see."""
    if issubclass(found, bpy.types.Operator):
        rna = getattr(bpy.ops.dreamfusion, found.__name__.partition("_OT_")[2]).get_rna_type()
        return [each for each in rna.properties if each.identifier != "rna_type"]
    own = {name for base in found.__mro__ for name in getattr(base, "__annotations__", {})}
    return [each for each in found.bl_rna.properties if each.identifier in own]


def is_title(label: str) -> bool:
    words = label.split()
    inner = [word for word in words[1:-1] if word.lower() not in SMALL_WORDS]
    return all(re.match(r"[A-Z0-9×]", word) for word in [words[0], *inner, words[-1]])


def complaints(label: str, description: str, where: str) -> list[str]:
    """What Blender's guidelines have against them."""
    found = [] if label and is_title(label) else [f"{where}: the label {label!r} is not in title case"]
    if not description.strip():
        found.append(f"{where}: no tooltip")
    elif description.rstrip().endswith("."):
        found.append(f"{where}: the tooltip ends in a period")
    elif not (description[0].isupper() or re.match(r"[\d/]|owner/", description)):
        found.append(f"{where}: the tooltip begins small")
    return found


def test_every_operator_property_and_choice_has_a_label_and_a_tooltip(scene):
    found: list[str] = []
    for name in operators():
        rna = getattr(bpy.ops.dreamfusion, name).get_rna_type()
        found += complaints(rna.name, rna.description, name)
    assert len(classes()) > len(operators()) > 30
    for each in classes():
        for known in properties(each):
            where = f"{each.__name__}.{known.identifier}"
            if known.type == "COLLECTION":
                continue  # its rows have tooltips
            found += complaints(known.name, known.description, where)
            for item in known.enum_items if known.type == "ENUM" else ():
                label = "Name" if known.identifier == "prior" else item.name  # models are called as their makers do
                found += complaints(label, item.description, f"{where}.{item.identifier}")
    assert not found, "\n".join(found)


FOR_SCRIPTS = {"generate", "refine", "batch"}
"""They wait for the result, and Blender's window would wait with them; the panel has buttons that do not."""


def drawn_somewhere() -> set[str]:
    """The operators of ours that panels, menus or the preferences draw, by what their source names."""
    menus, quality = extension.part("panels.menus"), extension.part("dreamfusion_blender.quality")
    named = {name for name, _ in (*menus.STEERING, *menus.WAYS)}
    remedies = [each.usual_remedy for each in extension.part("dreamfusion_blender.errors").error_classes().values()]
    buttons = [each.operator for each in remedies if each is not None and each.operator is not None]
    buttons += [quality.REEXTRACT, quality.AGAIN]  # a report's
    named |= {each.partition(".")[2] for each in buttons}
    for path in Path(str(menus.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(word)) if word.startswith("dreamfusion."):
                    named.add(word.partition(".")[2])
    return named


def test_every_operator_can_be_reached_without_a_script(scene):
    """The sections are in a menu, too (test_menus), and Blender's keys work in the preferences."""
    assert drawn_somewhere() >= set(operators()) - FOR_SCRIPTS
    assert not drawn_somewhere() & FOR_SCRIPTS


def test_every_panel_has_a_tooltip_and_a_title(scene):
    panels = [getattr(bpy.types, name) for name in dir(bpy.types) if name.startswith("DREAMFUSION_PT_")]
    assert len(panels) > 10
    found = [line for each in panels for line in complaints(each.bl_label, each.__doc__ or "", each.__name__)]
    assert not found, "\n".join(found)


def at_rest(session, online) -> None:
    """Nothing is selected, nothing runs, no network."""
    online(False)


def at_work(session, online) -> None:
    """A job runs, and there is something of ours in the scene."""
    online(True)
    bpy.ops.dreamfusion.generate(prompt="a red mug")
    extension.start_job(session, seed=ENDLESS)
    extension.pump_until(session, lambda: session.work.step > 0)


def editing(session, online) -> None:
    """An asset's mesh is being edited."""
    bpy.ops.dreamfusion.generate(prompt="a red mug")
    bpy.ops.object.mode_set(mode="EDIT")


def installing(session, online) -> None:
    """The backend is being installed, and a model downloaded."""
    online(True)
    report = extension.part("dreamfusion_blender.environment").InstallProgress("Half of it", 0.5)
    session.install.progress = session.download.progress = report


def nothing_deleted(session, online) -> None:
    """The folder of deleted jobs has been measured, and is empty."""
    lookups = extension.part("operators.lookups")
    lookups.size_of(extension.part("dreamfusion_blender.removing").deleted_folder())
    extension.pump_until(session, lambda: not lookups.lookups.is_busy, extension.part("operators.timer").tick)


def not_installed(session, online) -> None:
    """There is no backend to repair or remove."""
    online(True)
    bpy.ops.dreamfusion.remove_backend()


STATES: tuple[Callable[..., None], ...] = (at_rest, at_work, editing, installing, nothing_deleted, not_installed)


@pytest.fixture
def session(fake_backend, online):
    yield extension.part("operators.session").session
    if bpy.context.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    online(False)


seen: set[str] = set()  # operators whose poll was false in one of the states


@pytest.mark.parametrize("state", STATES, ids=lambda each: each.__name__)
def test_what_cannot_be_pressed_says_what_to_do(session, online, state):
    state(session, online)
    silent = []
    for name in operators():
        operator = getattr(bpy.ops.dreamfusion, name)
        if operator.poll():
            continue
        seen.add(name)
        with pytest.raises(RuntimeError) as caught:
            operator()
        words = str(caught.value).partition(".poll() ")[2].strip()
        if NO_REASON in words or len(words.split()) < 4 or words.endswith("."):
            silent.append(f"{name}: {words}")
    assert not silent, "\n".join(silent)


@pytest.mark.parametrize("name", ["generate", "refine", "batch", "branch", "variations"])
def test_no_job_is_begun_while_the_backend_is_being_installed(session, online, name):
    installing(session, online)
    with pytest.raises(RuntimeError, match="being installed"):
        getattr(bpy.ops.dreamfusion, name)()


def test_every_poll_was_false_once():
    """So that none is left out above: a new operator needs a state in which it cannot be pressed."""
    module = extension.part("operators")
    with_poll = {each.bl_idname.partition(".")[2] for each in module._CLASSES if hasattr(each, "poll")}
    assert with_poll == seen, with_poll ^ seen
