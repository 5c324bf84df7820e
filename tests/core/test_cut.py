"""The settings a mesh is cut again with: what is permitted, and what is not said is as the job was made with."""

from __future__ import annotations

import pytest

from dreamfusion_blender.cut import CutSettings
from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.job import JobSpec


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"threshold": float("nan")}, "threshold is nan; permitted: a number from -2 to 2"),
        ({"threshold": "a lot"}, "threshold is 'a lot'"),
        ({"resolution": 8}, "resolution is 8; permitted: a whole number from 16 to 384"),
        ({"resolution": 128.5}, "resolution is 128.5"),
        ({"smoothing": True}, "smoothing is True"),
        ({"smoothing": -1}, "smoothing is -1"),
        ({"symmetry": "both"}, "symmetry is 'both'; permitted: none, left, right"),
        ({"triangles": 1}, "triangles is 1; permitted"),
        ({"size": 0.0}, "size is 0.0"),
        ({"texture_size": 1_000_000}, "texture_size is 1000000"),
        ({"treshold": 0.1}, "did you mean 'threshold'"),
    ],
)
def test_what_cannot_be_cut_with_is_refused_in_words(values, words):
    with pytest.raises(BadSpec) as refused:
        CutSettings.from_mapping(values)
    assert words in refused.value.message


def test_what_is_not_given_is_as_the_job_was_made_with():
    spec = JobSpec(prompt="a red mug", size=0.3, triangles=900, texture_size=256)
    cut = CutSettings.from_mapping({"triangles": 500, "symmetry": "left"}).resolved(spec)
    assert (cut.size, cut.triangles, cut.texture_size) == (0.3, 500, 256)
    assert (cut.threshold, cut.resolution, cut.symmetry) == (0.0, None, "left")
    assert CutSettings.from_mapping(cut.to_json()) == cut
