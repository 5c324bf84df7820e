"""Several assets from Python. A failed row does not stop the rest; run it again and what is done is not made again.

PYTHONPATH=. python3 examples/api_batch.py OUTPUT_FOLDER
"""

import sys
from pathlib import Path

from dreamfusion_blender import Failure, generate_batch

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
rows = [
    "a red mug",
    {"prompt": "a golden trophy", "seed": 3, "size": 0.4},
    {"prompt": "a snowman with green hat", "triangles": 5000},
    {"prompt": "qwerty"},  # no word the toybox knows: a Failure, in words
]
results = generate_batch([{"preset": "preview", **({"prompt": row} if isinstance(row, str) else row)} for row in rows])
for result in results:
    if isinstance(result, Failure):
        print(result)
    else:
        print(result.save_glb(folder / f"{result.name.replace(' ', '-')}.glb"))
