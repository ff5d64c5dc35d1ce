"""What a model owes the rest of the program: three small protocols.

A model that meets `Model` and whose worlds meet `World` gets ensembles, twins, forks, the store, the report and the
command line for nothing. Nothing has to be inherited: a class with these attributes and methods is a model. The
smallest complete example is `tests/toy_model.py` (a stochastic logistic of dissent in 150 lines); read it beside this.

Conventions that every model keeps
----------------------------------
Ticks
    A world is built at tick 0. `step` plays the tick that begins at `world.tick`, reading its settings *at that tick*
    (`settings.value(name, self.tick)`), and only then adds one to `tick`. So row `t` of a history is the state at the
    beginning of tick `t`, its flows are what happened during tick `t - 1`, and a switch that is off "from tick `t` on"
    is felt first in row `t + 1`. A fork at `t` is therefore: take the snapshot at `t`, change the settings, go on.
Randomness
    Every draw is keyed by (seed, stream, tick, who); a world holds no generator state. That is what makes two worlds
    with one seed twins, and a snapshot complete without a generator in it.
Collapse
    A world that falls sets `alive = False` and a non-empty `cause` inside `step`, and is never stepped again.
Private and public
    `Observable.privacy` says who could have known the number: 'public' (the regime and the street see it) or 'analyst'
    (only we do). Nothing that an actor of the model reads may be an analyst's number unless its mechanism declares it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from whowhom.engine.settings import Settings
    from whowhom.parameters import Declarations

Kind = Literal["stock", "flow", "total", "share", "code"]
Privacy = Literal["public", "analyst"]
Rows = NDArray[np.float64]
Snapshot = Mapping[str, NDArray[Any]]

#: Names of columns that the store itself writes; an observable may not take them (`alive` may be declared, see below).
RESERVED_COLUMNS = ("arm", "replicate", "seed", "identity", "week", "date")


@dataclass(frozen=True)
class Observable:
    """One number that a world shows once a tick, and one column of the store.

    Parameters
    ----------
    name
        Column name, plain words joined by '_' (`arrests_per_week`, `share_dissenting`). `alive`, if a model declares it
        (kind 'code'), is set by the run loop: 1 until the collapse, 0 from its row on.
    unit
        `persons`, `persons/week`, `[1]`, ...
    meaning
        One sentence for a reader who has not seen the model.
    kind
        'stock' (what there is now), 'flow' (what happened in the tick just played), 'total' (a flow summed since tick
        0), 'share' (of something, in [0, 1]) or 'code' (a small whole number with a meaning). After a collapse totals
        stay as they are and all others are NaN. Shares and codes are stored as float32, persons and grain (stocks,
        flows, totals) as float64: a country has more than 2**24 inhabitants.
    privacy
        'public' or 'analyst'.
    """

    name: str
    unit: str
    meaning: str
    kind: Kind
    privacy: Privacy = "public"


@dataclass(frozen=True)
class Word:
    """One thing that can be true of a person, read from the code of its situation.

    Parameters
    ----------
    name
        A word: `detained`, `party`, `expelled`.
    mask, value
        True of codes with `code & mask == value`.
    kind
        'state' (of which everybody has exactly one; flows are counted between them) or 'trait'.
    privacy
        'public' or 'analyst'.
    """

    name: str
    mask: int
    value: int
    kind: Literal["state", "trait"] = "trait"
    privacy: Privacy = "public"


@runtime_checkable
class World(Protocol):
    """The state of one history between two ticks."""

    @property
    def tick(self) -> int:
        """Number of ticks played, 0 at the start [ticks]."""

    @property
    def alive(self) -> bool:
        """False from the tick of the collapse on."""

    @property
    def cause(self) -> str:
        """Why it fell; '' while `alive`."""

    def step(self) -> None:
        """Play the tick that begins at `tick` and add one to it. Never called when `alive` is False."""

    def observe(self) -> Rows:
        """Return the observables in the order of `Model.observables`, float64 [n_observables], in a fresh array.

        Must not change the state: it may be called any number of times, or never.
        """

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Return copies of everything that `restore` needs, as plain arrays (scalars as 0-d arrays).

        Complete: a world built with the same settings, persons and seed and then restored goes on bit for bit like the
        one the snapshot was taken from. That includes `tick`, `alive` and `cause`, and whatever `build` derived from
        the settings and `change` would not derive again.
        """

    def restore(self, snapshot: Snapshot) -> None:
        """Take over the state of a snapshot of the same model, persons and seed. Must not keep the arrays given."""

    def digest(self) -> str:
        """Return a hash of the whole state; equal digests mean equal futures. `checkpoint.digest_of` will do."""

    def change(self, settings: Settings) -> None:
        """Obey new settings from the next step on; the state stays as it is (a fork)."""


@runtime_checkable
class Model(Protocol):
    """A kind of world: its declarations, and how to build one."""

    @property
    def name(self) -> str:
        """Short name by which scenarios choose it."""

    @property
    def version(self) -> str:
        """Raised whenever the same settings and seed give another history; part of a run's identity."""

    @property
    def meaning(self) -> str:
        """One sentence for `whowhom models`."""

    @property
    def declarations(self) -> Declarations:
        """Parameters and switches."""

    @property
    def observables(self) -> tuple[Observable, ...]:
        """What `World.observe` returns, in its order."""

    @property
    def tick_days(self) -> int:
        """Length of a tick [days]."""

    @property
    def smallest_persons(self) -> int:
        """Fewest persons with which the model means anything [persons]."""

    # A world may also have `advance(ticks)`, which plays at least one tick and at most so many, stops after the collapse, and returns the observables after each,
    # float64 [ticks played, n_observables]: the same as so many times `step` and `observe`, without a return to Python in between. The run loop uses it where
    # nobody looks at every tick.
    #
    # Persons can be followed (`experiments.lives`) if a world has `situations()`, which returns a code for each simulated person, uint32 [persons], and the persons of the
    # country that each stands for, float64 [persons], both of its own; and the model `person_words`, a tuple of `Word` that says what the codes mean.
    #
    # A state can have several futures (`experiments.no_return`) if a world has `other_luck(seed)`: from the next step on draws are keyed by this seed too, while the state stays as it is
    # and with it everything that is drawn of a person once and for all, also where it is derived from the first seed again whenever it is needed.
    #
    # Histories can be selected (`experiments.turning_points`) by a model's `conditions`, name -> function of a world and the name of a place.
    #
    # Three attributes may be added to a model: `generator`, the name of the random number generator if it is not that of
    # `engine.streams`; `intensities`, names of the parameters that say how strongly an instrument is used: designs
    # that compare doses of one are refused (`experiments.guard`); and `shares_worlds = True` if `build` also takes
    # `threads`, so many of which then share one world, without any effect on its results.

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        """Return everything wrong with the model's own scenario tables, one sentence each; [] if they are sound."""

    def build(self, settings: Settings, *, persons: int, seed: int) -> World:
        """Build the world at tick 0. Equal arguments give equal worlds, bit for bit."""


def observable_problems(observables: tuple[Observable, ...]) -> list[str]:
    """Return what is wrong with a model's list of observables (doubled or reserved names, unknown kinds).

    Notes
    -----
    Checked when a model is run, so that a modeller hears of it at the first try and not when the store is written.
    """
    problems: list[str] = []
    seen: set[str] = set()
    for observable in observables:
        name = observable.name
        if not name.isidentifier() or name != name.lower():
            problems.append(f"observable '{name}' must be lower-case words joined by '_', to be a column name.")
        if name in seen:
            problems.append(f"observable '{name}' is declared twice.")
        if name in RESERVED_COLUMNS:
            problems.append(f"observable '{name}' has the name of a column that the store writes itself.")
        if observable.kind not in ("stock", "flow", "total", "share", "code"):
            problems.append(
                f"observable '{name}' must be a stock, flow, total, share or code, got '{observable.kind}'."
            )
        seen.add(name)
    return problems
