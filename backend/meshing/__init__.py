"""From a field on a grid to a closed, light triangle mesh. No torch, so that it starts at once."""
