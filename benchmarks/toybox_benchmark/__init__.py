"""The benchmark whose ground truth is known: `benchmarks/toybox.py` is its command.

tasks.py candidates.py          what is made, and among which captions the judge chooses
clouds.py truth.py              shapes as points, and how near they are to the toybox's own
looks.py assess.py statistics.py    pictures of an asset, all its measures, and what many assets say together
methods.py runs.py table.py     ways to make assets, the making itself, and its figures
site.py page/ study.py          a folder of pages to look at and to rate by, and what the raters said
clip.py                         any folder of GLBs under any CLIP on disk, as published
"""
