"""One history of the machine: arrays, the settings of each week, and the compiled tick."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.checkpoint import digest_of
from whowhom.engine.population import VIEWS, World, as_words, table
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError
from whowhom.mechanisms.collapse import CAUSES
from whowhom.mechanisms.food import COLLECTING_WEEKS
from whowhom.models.machine.building import allocate, make_inbox, populate_provinces
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.harvests import Harvests
from whowhom.models.machine.layout import Layout
from whowhom.models.machine.observables import observables_of
from whowhom.models.machine.outside import Outside
from whowhom.models.machine.persons_now import situations
from whowhom.models.machine.stages.start import first_counts, first_rations
from whowhom.models.machine.threshold import CIVILIAN, solve
from whowhom.models.machine.week import Week

_SWITCHES = tuple(switch.name for switch in DECLARATIONS.switches)
PARAMETER_FIELDS = np.dtype(
    [(parameter.field, "f8") for parameter in DECLARATIONS.parameters]
    + [(f"on_{name}", "i8") for name in _SWITCHES]
    + [("skip", "i8")],
    align=True,
)
_AT_ONCE = 50_000_000
"""Person-weeks that are played without a return to Python: about a tenth of a second, so that Ctrl-C is heard soon. Ours."""
_NO_STATE = (*VIEWS, "p", "inbox", "accused")
"""Constant tables, working room, and lists of which only a part means anything."""


class MachineWorld:
    """A world of persons under the machine.

    Parameters
    ----------
    layout
        Who lives where.
    settings
        Parameters and switches with their paths.
    seed
        Any whole number; two worlds with one seed are twins.
    start
        First day of week 0.
    skip
        Whether communities in which nobody can act may be passed over (never changes a bit; off only in tests).
    threads
        Threads that share the provinces of this world (never changes a bit).
    """

    def __init__(
        self, layout: Layout, *, settings: Settings, seed: int, start: date, skip: bool = True, threads: int = 1
    ) -> None:
        self.tick = 0
        self._layout = layout
        self._settings = settings
        self._start = start
        self._p = table(PARAMETER_FIELDS, 2)
        self._p.skip = int(skip)
        self._load(0)
        values = {name: settings.value(name, 0) for name in (x.name for x in DECLARATIONS.parameters)}
        means = [values[f"decision.opposition_{CIVILIAN[s.kind]}"] + s.offset for s in layout.strata]
        self._w = allocate(layout, self._p, seed=seed, means=means, soldier_mean=values["decision.opposition_soldier"])
        self._week = Week(self._w, places=self._outside.places)
        self._week.spread(threads)
        threshold = solve(layout, values)
        fear, anger = values["decision.start_fear"], values["decision.start_anger"]
        self._w.pool.fear[:], self._w.pool.anger[:] = fear, anger
        self._week.each_province(lambda first, end: populate_provinces(self._w, threshold, fear, anger, first, end))
        self._begin(values)

    def _begin(self, values: Mapping[str, float]) -> None:
        """Food, instruments, counts and danger at the start."""
        w, n = self._w, self._w.nation[0]
        self._week.outside(self._outside.words(0))
        for k, name in enumerate(("arrest", "exile", "camp", "execution")):
            w.use[:, k] = values[f"centre.base_{name}"]
        for rung, field in (("hostages", "hostage_ordered"), ("villages", "village_ordered"), ("area", "area_ordered")):
            w.province[field][:] = values[f"{rung}.base"]
        w.province["credibility"][:] = values["threats.credibility"]
        n.stock = values["food.stock_weeks"] * (n.troops / 52.0 + n.urban / 52.0)
        n.harvest = n.harvest_path
        n.collecting = max(0, COLLECTING_WEEKS - Harvests(self._start).weeks_since)
        n.requisition = values["food.requisition_share"] * (1.0 - 0.0)
        w.province.part[:] = 1.0
        stock, collecting = n.stock, n.collecting
        first_rations(w)
        n.stock, n.collecting = stock, collecting
        for role in ("peasant", "city", "soldier"):
            n[f"hardship_{role}_0"] = n[f"hardship_{role}"]
        first_counts(w)

    def _load(self, t: int) -> None:
        """Write the settings of week `t` into the parameter record."""
        values = [self._settings.value(parameter.name, t) for parameter in DECLARATIONS.parameters]
        switches = [int(self._settings.on(name, t)) for name in _SWITCHES]
        words = as_words(self._p)[0]  # in the order of the fields; naming them one by one takes a millisecond
        words[: len(values)].view(np.float64)[:] = values
        words[len(values) : len(values) + len(switches)] = switches
        self._outside = Outside(
            self._settings, start=self._start, capitals=self._layout.capitals, fields=PARAMETER_FIELDS
        )

    @property
    def alive(self) -> bool:
        """False from the week of the collapse on."""
        return int(self._w.nation.view(np.ndarray)[0]["cause"]) == 0

    @property
    def cause(self) -> str:
        """Why it fell; '' while alive."""
        return CAUSES[int(self._w.nation.view(np.ndarray)[0]["cause"])]

    @property
    def arrays(self) -> World:
        """The arrays themselves, for tests and observers."""
        return self._w

    @property
    def layout(self) -> Layout:
        """Who lives where, and the names of places."""
        return self._layout

    def step(self) -> None:
        """Play the next week.

        Raises
        ------
        ModelError
            If more names are given in one week than a province has room for.
        """
        self._make_room()
        self._week.outside(self._outside.words(self.tick))
        self._week.play(self._w, self.tick)
        self._refuse_lost_names()
        self.tick += 1

    def advance(self, ticks: int) -> NDArray[np.float64]:
        """Play from one to so many weeks; return the observables after each, float64 [weeks played, observables].

        The same as so many times `step` and `observe`, and several times as fast in a small world. Stops after the collapse, when a block of words from
        outside ends, and when a name may need more room.

        Raises
        ------
        ModelError
            As `step`.
        """
        if not self._week.is_alone:
            self.step()
            return self.observe()[np.newaxis]
        self._make_room()
        weeks = min(ticks, max(1, _AT_ONCE // len(self._w.state)))
        rows = self._week.play_stretch(self._w, self.tick, self._outside.words(self.tick)[:weeks])
        self._refuse_lost_names()
        self.tick += len(rows)
        return observables_of(rows)

    def _refuse_lost_names(self) -> None:
        if self._w.province.view(np.ndarray)["names_lost"].any():
            raise ModelError(
                "'names' of one week must fit into the inbox of their province, got more than half of its room. "
                "Lower 'names.base' or 'names.per_torture'."
            )

    def _make_room(self) -> None:
        """Double the inbox of provinces in which it is more than half full."""
        province = self._w.province.view(np.ndarray)
        if (2 * province["inbox"] > province["inbox_room"]).any():
            waiting = self.waiting()
            self._enlarge(
                [
                    2 * int(x["inbox_room"]) if 2 * x["inbox"] > x["inbox_room"] else int(x["inbox_room"])
                    for x in province
                ]
            )
            self._refill(waiting)

    def waiting(self) -> NDArray[Any]:
        """The names that wait, province after province."""
        inbox, province = self._w.inbox.view(np.ndarray), self._w.province.view(np.ndarray)
        return np.concatenate([inbox[x["inbox_first"] : x["inbox_first"] + x["inbox"]] for x in province])

    def _enlarge(self, rooms: list[int]) -> None:
        inbox, accused = make_inbox(self._w.province, rooms)
        self._w = self._w.replaced(inbox=inbox, accused=accused)

    def _refill(self, waiting: NDArray[Any]) -> None:
        """Put names that wait back into the stretches of their provinces."""
        done = 0
        for x in self._w.province.view(np.ndarray):
            first, n = int(x["inbox_first"]), int(x["inbox"])
            self._w.inbox.view(np.ndarray)[first : first + n] = waiting[done : done + n]
            done += n

    def observe(self) -> NDArray[np.float64]:
        """Observables now, in the order of the model's list."""
        return observables_of(self._week.look(self._w))[0]

    def situations(self) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """What is true of every simulated person (`PERSON_WORDS`), and how many inhabitants each stands for."""
        return situations(self._w)

    def _state(self) -> dict[str, NDArray[Any]]:
        """The whole state as plain arrays, not copied but for the names that wait."""
        state = {name: array.view(np.ndarray) for name, array in self._w if name not in _NO_STATE}
        return state | {"inbox": self.waiting(), "tick": np.array(self.tick)}

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Copies of the whole state as plain arrays."""
        return {  # by bytes, so that padding stays the same
            name: np.frombuffer(array.tobytes(), array.dtype).reshape(array.shape)
            for name, array in self._state().items()
        }

    def restore(self, snapshot: Mapping[str, NDArray[Any]]) -> None:
        """Take over a snapshot of a world of the same layout and seed."""
        self._enlarge([int(room) for room in snapshot["province"]["inbox_room"]])
        for name, array in self._w:
            if name not in _NO_STATE:
                array.view(np.ndarray)[...] = snapshot[name]
        self._refill(snapshot["inbox"])
        self.tick = int(snapshot["tick"])
        self._load(self.tick)

    def digest(self) -> str:
        """Hash of the whole state."""
        return digest_of(self._state())

    def change(self, settings: Settings) -> None:
        """Obey other settings from the next week on."""
        self._settings = settings
        self._load(self.tick)
        self._week.route(self._outside.places)
