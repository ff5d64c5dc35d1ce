"""Models: one paper one file; the flagship is the package machine."""
