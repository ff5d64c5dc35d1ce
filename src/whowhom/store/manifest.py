"""The one page of an experiment: what was asked, and with what software it was answered.

`manifest.json` is written once, before the first run, and never changed but by a migration (`store.migration`). Its
`experiment` is plain data from which the whole design can be built again, so that `whowhom resume DIR` needs nothing
else. This module knows a few of its keys (those that fix file names, columns and dates); all others belong to
`experiments.description`.

| schema | what is new                                                                                              |
| ------ | -------------------------------------------------------------------------------------------------------- |
| 1      | the first                                                                                                |
| 2      | every run names the program that computed it (column `program`, a page `program-NAME.json` each), with the hash of the compiled sources and the processor; in the manifest `program` holds what `software`, `code` and `generator` did |
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whowhom.engine.contract import Observable
from whowhom.engine.disk import reason, whole_file, write_once
from whowhom.errors import StoreError, printable
from whowhom.provenance import canonical_json, content_hash, first_difference
from whowhom.store.layout import MANIFEST, Layout, resume_command
from whowhom.store.program import Program, this_program
from whowhom.store.shape import mismatch

#: Raised when files of an older layout can no longer be read as they are.
SCHEMA_VERSION = 2


@dataclass(frozen=True)
class Manifest:
    """What `manifest.json` says.

    Attributes
    ----------
    experiment
        Plain data: `model` (name, version, tick_days, observables), `scenario` (with `start`, its first day), `arms`
        (each with a `name`), `persons`, `replicates`, `until_ticks`, `seed`, and `per_seed` if it is not 1.
    program
        What began it; each run names its own in the column `program`.
    created
        Date and time, UTC, ISO 8601.
    schema
        That of the files beside it; an older one is read as it is and migrated before anything is written.
    """

    experiment: Mapping[str, Any]
    program: Program
    created: str
    schema: int = SCHEMA_VERSION

    @property
    def software(self) -> Mapping[str, str]:
        """Versions of the program, Python, the libraries and the kind of machine that began the experiment."""
        return self.program.software

    @property
    def code(self) -> str:
        """Hash of the package that began it; each run has its own in the column `code`."""
        return self.program.code

    @property
    def generator(self) -> str:
        """Name of the random number generator."""
        return self.program.generator

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms in the order of the design."""
        return tuple(str(arm["name"]) for arm in self.experiment["arms"])

    @property
    def replicates(self) -> int:
        """Runs of each arm."""
        return int(self.experiment["replicates"])

    @property
    def until_ticks(self) -> int:
        """The last tick of every run."""
        return int(self.experiment["until_ticks"])

    def seed_of(self, replicate: Any) -> Any:
        """Return the seed of a replicate, or of each of an array of them."""
        return self.experiment["seed"] + replicate // self.per_seed

    @property
    def per_seed(self) -> int:
        """So many replicates, one after the other, share a seed."""
        return int(self.experiment.get("per_seed", 1))

    @property
    def start(self) -> dt.date:
        """First day of tick 0."""
        return dt.date.fromisoformat(self.experiment["scenario"]["start"])

    @property
    def tick_days(self) -> int:
        """Length of a tick [days]."""
        return int(self.experiment["model"]["tick_days"])

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The columns of the weeks, as the model declared them."""
        return tuple(Observable(**entry) for entry in self.experiment["model"]["observables"])

    def layout(self, folder: Path) -> Layout:
        """Return the file names of this experiment in a folder."""
        return Layout(folder=folder, arms=self.arms, replicates=self.replicates)


def new_manifest(experiment: Mapping[str, Any], *, generator: str) -> Manifest:
    """Return the manifest of an experiment that begins now, with this software."""
    plain = json.loads(canonical_json(experiment))
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return Manifest(experiment=plain, program=this_program(generator=generator), created=now)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest unless there is one; the caller reads it back and compares.

    Raises
    ------
    StoreError
        The folder cannot be written to.
    """
    way_out = "Choose another folder with --store, or make room; nothing has been run yet."
    write_once(folder / MANIFEST, _text(manifest), way_out=way_out)


def replace_manifest(folder: Path, manifest: Manifest, *, way_out: str) -> None:
    """Put a manifest of this schema in the place of an older one; until then the older one is there.

    Raises
    ------
    StoreError
        The folder cannot be written to.
    """
    with whole_file(folder / MANIFEST, way_out=way_out) as temporary:
        temporary.write_bytes(_text(manifest))


def _text(manifest: Manifest) -> bytes:
    """Return a manifest as it is written."""
    page = {
        "schema_version": SCHEMA_VERSION,
        "experiment": manifest.experiment,
        "experiment_hash": content_hash(manifest.experiment),
        "program": manifest.program.plain(),
        "created": manifest.created,
    }
    return (json.dumps(page, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read_manifest(folder: Path) -> Manifest:
    """Read and check `manifest.json`.

    Raises
    ------
    StoreError
        No folder, no manifest, a damaged one, or one of a newer schema.
    """
    page = _page(folder)
    version = page.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise StoreError(
            f"store '{folder}' must have schema {SCHEMA_VERSION} or older, got {version}. "
            "It was written by a newer whowhom; upgrade to read it."
        )
    try:
        if version not in _PROGRAMS or content_hash(page["experiment"]) != page["experiment_hash"]:
            raise ValueError("the experiment is not the one whose hash it states")
        manifest = Manifest(
            experiment=page["experiment"],
            program=_PROGRAMS[version](page),
            created=str(page["created"]),
            schema=version,
        )
        _touch(manifest)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise StoreError(_damaged(folder, error)) from error
    return manifest


def _program_1(page: Mapping[str, Any]) -> Program:
    """Return what schema 1 says of the program: neither its compiled sources nor the processor."""
    keys = {"software": page["software"], "code": page["code"], "generator": page["generator"]}
    return Program.from_plain({**keys, "kernels": "", "processor": "", "extensions": ""})


def _program_2(page: Mapping[str, Any]) -> Program:
    return Program.from_plain(page["program"])


#: How the program is read from a manifest of each schema.
_PROGRAMS = {1: _program_1, 2: _program_2}


def _page(folder: Path) -> dict[str, Any]:
    """Return the manifest as plain data; every way in which it may be no manifest is one clear error."""
    path = folder / MANIFEST
    try:
        page = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(_no_store(folder)) from None
    except OSError as error:
        raise StoreError(f"'{path}' must be readable, got: {reason(error)}. Check the path and its rights.") from error
    except (ValueError, RecursionError) as error:
        raise StoreError(_damaged(folder, error)) from error
    if not isinstance(page, dict):
        raise StoreError(_damaged(folder, ValueError("it holds no table")))
    return page


def _no_store(folder: Path) -> str:
    if not folder.exists():
        got = "no such folder"
    elif not folder.is_dir():
        got = "a file"
    else:
        got = f"a folder without {MANIFEST}"
    return (
        f"'{folder}' must be a store, got {got}. Check the path; `whowhom run ... --store {folder}` begins a new store."
    )


def _damaged(folder: Path, error: Exception) -> str:
    said = printable(str(error))[:120] or type(error).__name__
    return (
        f"'{folder / MANIFEST}' must be as whowhom wrote it, got a damaged one ({said}). Put it back from a copy; or "
        f"begin again in another folder: the Parquet files here stay readable by any program."
    )


def _touch(manifest: Manifest) -> None:
    """Use every key that file names, columns and dates are made of, so that a missing one fails here."""
    words = mismatch(manifest.experiment)
    words = words or mismatch(manifest.experiment.get("per_seed", 1), int, path="experiment.per_seed")
    if words is not None:
        raise ValueError(words)
    layout = manifest.layout(Path())
    if layout.runs < 1 or manifest.until_ticks < 0 or manifest.tick_days < 1:
        raise ValueError("it has no runs or no ticks")
    if manifest.per_seed < 1:
        raise ValueError("no replicate has a seed")
    if len(set(layout.arms)) != len(layout.arms) or not manifest.observables:
        raise ValueError("it has arms of one name or no observables")
    last = manifest.start + dt.timedelta(days=manifest.tick_days * manifest.until_ticks)
    if last < manifest.start:
        raise ValueError("it ends before it begins")


def check_same(folder: Path, *, there: Manifest, here: Manifest) -> None:
    """Refuse to continue an experiment with another one.

    Raises
    ------
    StoreError
        Names the first difference.
    """
    difference = first_difference(_essence(there.experiment), _essence(here.experiment))
    if difference is not None:
        raise StoreError(
            f"store '{folder}' must hold the experiment that is run, got another one: {difference}. "
            f"`{resume_command(folder)}` continues the one that is there; give the new one its own folder with --store."
        )


def _essence(experiment: Mapping[str, Any]) -> dict[str, Any]:
    """Return an experiment without its words: a better title or explanation does not make it another one."""
    model, scenario = dict(experiment["model"]), dict(experiment["scenario"])
    model["observables"] = [{key: entry[key] for key in entry if key != "meaning"} for entry in model["observables"]]
    scenario = {key: scenario[key] for key in scenario if key not in ("title", "notes", "records")}
    return {**experiment, "model": model, "scenario": scenario}
