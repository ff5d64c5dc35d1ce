"""Streams, population arrays, scenarios, the model contract, the run loop, observers and checkpoints."""
