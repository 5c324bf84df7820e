"""Training of the toybox's networks: the embedded prior, and the judge that the benchmark scores with.

Not part of the product. Needs torch, numpy, safetensors, transformers and Pillow; not diffusers. See README.md.
"""
