"""Mechanisms one at a time, in plain Python: most kernels cannot be called from outside when they are compiled."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import whowhom.mechanisms
import whowhom.models.machine


@pytest.fixture(autouse=True)
def _plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the Python original in the place of every compiled function, for one test."""
    modules = [importlib.import_module("whowhom.engine.streams")]
    for package in (whowhom.mechanisms, whowhom.models.machine):
        modules += [
            importlib.import_module(x.name) for x in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        ]
    for module in modules:
        for name, value in list(vars(module).items()):
            if hasattr(value, "py_func"):
                monkeypatch.setattr(module, name, value.py_func)
