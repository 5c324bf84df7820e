"""Reading models from this disk: files and components, single files, LoRA; what cannot be used is an error."""
