"""One asset from Python, outside Blender (needs numpy, and the backend, which `doctor --install` makes).

PYTHONPATH=. python3 examples/api_generate.py "a red mug" mug.glb
"""

import sys

from dreamfusion_blender import DreamFusionError, generate

prompt, path = sys.argv[1:3]


def show(event: dict) -> None:
    """Progress, as the backend reports it."""
    if event["type"] == "stage":
        print(event["label"], flush=True)


try:
    asset = generate(prompt, seed=1, preset="preview", on_event=show)
except DreamFusionError as error:
    sys.exit(f"{error.code}: {error}")

print(f"{asset.name}: {len(asset.triangles)} triangles, {asset.vertices.max(axis=0)[2]:.2f} m high")
print(asset.save_glb(path))
