"""The environment variables by which the product is told things, from a shell or by Blender's preferences."""

from __future__ import annotations

from typing import Final

PREFIX: Final = "DREAMFUSION_"
"""Of all of them."""

CACHE: Final = "DREAMFUSION_CACHE"
ENVIRONMENT: Final = "DREAMFUSION_ENV"
JOBS: Final = "DREAMFUSION_JOBS"
MEASUREMENTS: Final = "DREAMFUSION_MEASUREMENTS"
MODELS: Final = "DREAMFUSION_MODELS"
SCORER: Final = "DREAMFUSION_SCORER"
PATHS: Final = (CACHE, ENVIRONMENT, JOBS, MEASUREMENTS, MODELS, SCORER)
"""Those that name a file or a folder, for a backend, too."""

ALLOW_NETWORK: Final = "DREAMFUSION_ALLOW_NETWORK"
BLENDER: Final = "DREAMFUSION_BLENDER"
DEVICE: Final = "DREAMFUSION_DEVICE"
IDLE: Final = "DREAMFUSION_IDLE_SECONDS"
MEMORY: Final = "DREAMFUSION_MEMORY_GB"
PYTHON: Final = "DREAMFUSION_PYTHON"
