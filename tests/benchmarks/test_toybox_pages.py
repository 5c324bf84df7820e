"""The benchmark's pages in a real browser: looking, comparing, and rating without knowing what one rates."""

from __future__ import annotations

import json
import re

import pytest
from browser import drive
from PIL import Image

from benchmarks.toybox_benchmark.site import write_site
from benchmarks.toybox_benchmark.study import preferences, print_studies, read_study
from benchmarks.toybox_benchmark.table import summarise
from dreamfusion_blender.errors import BadSpec

PROMPTS = [("a red mug", "seen"), ("a blue cat", "held out"), ("a red ball on top of a blue cube", "two objects")]
PROMPTS += [(f"a {colour} chair", "seen") for colour in ("red", "green", "blue", "pink", "cyan")]
BEGIN = "byId('seed').value = '7'; byId('rater').value = 'Ada'; byId('start').click();"


def results(name, colour, missing=()):
    tasks = []
    for prompt, group in PROMPTS:
        answers = {"colour": [prompt] * 8}
        scores = {"albedo": 1.0, "colour": 0.75, "geometry": 0.5, "iou": 0.25, "two_faced": None, "answers": answers}
        picture = None if prompt in missing else f"{prompt.replace(' ', '-')}.png"
        made = {"error": "empty_field: nothing there"} if prompt in missing else {"seconds": 3.0}
        seed = {"seed": 0, "made": made, "scores": scores, "picture": picture}
        tasks.append({"prompt": prompt, "group": group, "seeds": [seed], "diversity": None})
    return {"name": name, "made_by": "abc", "prompts": len(tasks), "summary": summarise(tasks), "tasks": tasks}


@pytest.fixture
def site(tmp_path):
    """Pages of two runs whose pictures are red and blue; the second one failed with the mug."""
    for name, colour, missing in (("one <b>run</b>", "red", ()), ("another", "blue", ("a red mug",))):
        folder = tmp_path / "out" / re.sub(r"\W+", "-", name)
        folder.mkdir(parents=True)
        kept = results(name, colour, missing)
        (folder / "results-B.json").write_text(json.dumps(kept))
        for task in kept["tasks"]:
            if picture := task["seeds"][0]["picture"]:
                Image.new("RGB", (16, 4), colour).save(folder / picture)
    return write_site(tmp_path / "out")


def test_a_run_is_shown_with_its_figures_and_pictures(site, tmp_path):
    shown = drive(
        site / "index.html",
        "addEventListener('load', () => say({ text: document.body.innerText,"
        " bold: document.querySelectorAll('main b, table b').length,"
        " loaded: [...document.images].map((each) => each.naturalWidth) }));",
        tmp_path,
    )
    assert "75.0 % 75.0 % … 75.0 %" in shown["text"] and "a red ball on top of a blue cube" in shown["text"]
    assert "another" in shown["text"] and "Not there." not in shown["text"]
    assert shown["bold"] == 0, "names are text, whatever is in them"
    assert "empty_field: nothing there" in shown["text"], "the first run in the alphabet's order is the one that failed"
    assert len(shown["loaded"]) == len(PROMPTS) - 1 and set(shown["loaded"]) == {16}


def test_two_runs_stand_beside_each_other(site, tmp_path):
    script = (
        "byId('second').value = '1'; byId('group').value = 'seen'; byId('search').value = 'chair';"
        "byId('second').dispatchEvent(new Event('input'));"
        "say({ tasks: document.querySelectorAll('.task').length, images: document.images.length,"
        " heads: [...document.querySelectorAll('tr:first-child th')].map((each) => each.textContent) });"
    )
    shown = drive(site / "index.html", script, tmp_path)
    assert shown == {
        "tasks": 5,
        "images": 10,
        "heads": ["Means (seen) and 95 % intervals", "another", "one <b>run</b>"],
    }


def test_rating_writes_a_file_that_can_be_counted(site, tmp_path, capsys):
    script = BEGIN + (
        "for (const choice of ['left', 'neither', 'right', 'right']) {"
        " document.querySelector(`[data-choice=${choice}]`).click(); }"
        "byId('back').click();"
        "for (let index = 0; index < 9; index += 1) {"
        " document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft' })); }"
        "byId('save').click(); say([byId('end').hidden, byId('trial').hidden]);"
    )
    assert drive(site / "rate.html", script, tmp_path) == [False, True]
    study = read_study(tmp_path / "study-7.json")
    assert study["rater"] == "Ada" and study["asked"] == len(PROMPTS) - 1, "one of the mugs was never made"
    assert [each["choice"] for each in study["answers"]] == ["left", "neither", "right", *["left"] * 4]
    assert {each["prompt"] for each in study["answers"]} == {prompt for prompt, _ in PROMPTS[1:]}
    (pair, mean), *rest = preferences([study]).items()
    wins = [each[each["choice"]] == pair[0] if each["choice"] != "neither" else 0.5 for each in study["answers"]]
    assert not rest and pair == tuple(sorted(study["runs"])) and mean.count == 7
    assert mean.mean == pytest.approx(sum(wins) / 7)
    print_studies([tmp_path / "study-7.json"])
    assert f"{mean.mean:.0%}" in capsys.readouterr().out


def test_order_and_sides_come_from_the_seed(site, tmp_path):
    script = (
        "const trials = (seed) => drawTrials(DATA.runs[0], DATA.runs[1], seed)"
        ".map((each) => [each.prompt, each.left.run === DATA.runs[0].id]);"
        "say([1, 1, 2, 3, 4, 5, 6].map(trials));"
    )
    first, again, *others = drive(site / "rate.html", script, tmp_path)
    assert first == again and first not in others
    assert all(sorted(prompt for prompt, _ in first) == sorted(prompt for prompt, _ in other) for other in others)
    assert len({tuple(prompt for prompt, _ in other) for other in others}) == len(others)
    sides = [side for trials in (first, *others) for _, side in trials]
    assert 0.25 < sum(sides) / len(sides) < 0.75


def test_nothing_on_the_rating_page_tells_whose_picture_it_is(site, tmp_path):
    shown = drive(site / "rate.html", BEGIN + "say(byId('trial').outerHTML);", tmp_path)
    assert "1 of 7" in shown and not re.search("run|another|abc", shown)
    pictures = re.findall(r'src="(pictures/[0-9a-f]{16}\.png)"', shown)
    assert len(pictures) == 2 and all((site / each).is_file() for each in pictures)


def test_one_run_cannot_be_rated_against_itself(site, tmp_path):
    script = "byId('second').value = byId('first').value; byId('start').click();"
    shown = drive(site / "rate.html", script + "say([byId('problem').textContent, byId('trial').hidden]);", tmp_path)
    assert shown == ["Choose two different runs that share prompts, and a whole number for the order.", True]


def test_pages_ask_nothing_of_a_network(site):
    for file in site.iterdir():
        if file.is_file():
            assert not re.search(r"https?://|fetch\(|XMLHttpRequest|import\(", file.read_text(encoding="utf-8")), file


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no JSON", "no file of the rating page"),
        ('{"version": 2}', "version 2; this command reads version 1"),
        (
            '{"version": 1, "runs": ["a", "b"], "answers": [{"choice": "left", "left": "a", "right": "c"}]}',
            "an answer that is not one",
        ),
    ],
)
def test_a_file_that_is_no_study_is_refused(content, said, tmp_path):
    (tmp_path / "study.json").write_text(content)
    with pytest.raises(BadSpec, match=said):
        read_study(tmp_path / "study.json")
