"""The models that scenarios can name."""

from __future__ import annotations

import importlib
from typing import cast

from whowhom.engine.contract import Model
from whowhom.errors import UnknownNameError, unknown

_WHERE = {
    "daymude2025": ("whowhom.models.daymude2025", "DAYMUDE2025"),
    "granovetter1978": ("whowhom.models.granovetter1978", "GRANOVETTER1978"),
    "kuran1991": ("whowhom.models.kuran1991", "KURAN1991"),
    "lang_de_sterck2014": ("whowhom.models.lang_de_sterck2014", "LANG_DE_STERCK2014"),
    "lemos2016": ("whowhom.models.lemos2016", "LEMOS2016"),
    "machine": ("whowhom.models.machine.model", "MACHINE"),
    "siegel2009": ("whowhom.models.siegel2009", "SIEGEL2009"),
    "steinert_threlkeld2021": ("whowhom.models.steinert_threlkeld2021", "STEINERT_THRELKELD2021"),
}


def model_names() -> list[str]:
    """Names of all models, sorted."""
    return sorted(_WHERE)


def model_named(name: str) -> Model:
    """The model of this name; its code is imported only now.

    Raises
    ------
    UnknownNameError
        If there is none, with the nearest names.
    """
    if name not in _WHERE:
        raise UnknownNameError(unknown("model", name, model_names(), listed_by="whowhom models"))
    module, attribute = _WHERE[name]
    return cast(Model, getattr(importlib.import_module(module), attribute))
