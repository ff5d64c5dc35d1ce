"""Weeks in plain Python, for tests that must look inside a week: run as `python -m tests.plain_weeks JOB` with WHOWHOM_JIT=0; prints JSON.

The choice between compiled and plain functions is made once, at import, so a test that needs plain ones starts this program.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from tests.fear_worlds import fear_world, live_fearfully
from tests.machine_worlds import (
    HARSH,
    NEVER,
    START,
    differences,
    happened,
    harsh_small,
    reference_of,
    settings_of,
    small_layout,
    small_world,
    soviet_settings,
    soviet_world,
)
from tests.paper_worlds import SPARE, paper_world
from tests.roles_worlds import live_roles, roles_world
from tests.two_sides_worlds import SIDES, live_on_two_sides, sides_world
from whowhom.engine.population import VIEWS, World
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError

ROOT = Path(__file__).resolve().parents[1]
CONSTANTS = ("household_first", "household_end", "p")
NO_STATE = (*VIEWS, "p")
PRIVATE = (
    "margin",
    "community.shift",
    "community.anger",
    "community.best_margin",
    "community.best_soldier",
    "pool.shift",
    "pool.anger",
    "pool.opposition",
    "stratum.opposition",
    "province.support",
    "province.quality",
    "province.sum_anger",
    "province.sum_shift",
    "province.sum_support",
    "province.sum_hidden",
)
"""What no one in the model can see: hearts, and the numbers made from them."""

CENTRE = ("believe", "climb", "concede")
FIRST = "open_week"

Mechanism = Callable[[World, int], None]


def plain(job: str) -> Any:
    """Run a job in a process without compilation and return what it found; its warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-m", "tests.plain_weeks", job],
        cwd=ROOT,
        env={**os.environ, "WHOWHOM_JIT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def digests() -> dict[str, list[str]]:
    """Digest of the whole state after each week: a harsh small world to its fall, one whose insiders dissent, and `soviet`."""
    restless = {"decision.opposition_party": 0.6, "decision.opposition_cadre": 0.6, "collapse.cadre_share": 1.0}
    worlds = {
        "harsh": (small_world(harsh_small()), 45),
        "restless": (small_world(harsh_small(restless)), 20),
        "soviet": (soviet_world(soviet_settings(HARSH)), 8),
        "fear": (fear_world(), 20),
        "paper": (paper_world(), 20),
        "roles": (roles_world(), 20),
        "two sides": (sides_world(), 26),
        "takeover": (sides_world(on=(*SIDES, "takeover")), 6),
    }
    found: dict[str, list[str]] = {}
    for name, (world, weeks) in worlds.items():
        found[name] = [world.digest()]
        for _ in range(weeks):
            if world.alive:
                world.step()
                found[name].append(world.digest())
        found[name].append(world.cause)
    return found


# --- looking at a world -------------------------------------------------------------------------------------------------------------


def fields(w: World) -> Iterator[tuple[str, np.ndarray]]:
    """Every array of a world by name, tables field by field ('community.fear'), since bytes between fields mean nothing."""
    for name, array in w:
        if name in NO_STATE:
            continue
        if array.dtype.names is None:
            yield name, array
        else:
            table = array.view(np.ndarray)  # record arrays are slow to take apart
            yield from ((f"{name}.{field}", table[field]) for field in array.dtype.names)


def clone(w: World) -> World:
    """A world of its own in the same state."""
    copies = {name: array.copy() for name, array in w}
    for name, words in (("busy", "busy_words"), ("flags", "flag_words")):
        copies[words] = copies[name].view(np.uint64)
    return World(**copies)


def unequal(one: World, other: World) -> set[str]:
    """Names of what differs in any bit."""
    return {
        name
        for (name, a), (_, b) in zip(fields(one), fields(other), strict=True)
        if np.ascontiguousarray(a).tobytes() != np.ascontiguousarray(b).tobytes()
    }


def tick_order() -> list[str]:
    """The mechanisms in the order in which a week calls them."""
    from whowhom.models.machine import tick

    body = ast.parse(inspect.getsource(tick.tick)).body[0]
    assert isinstance(body, ast.FunctionDef)
    calls = [node.value for node in body.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    return [call.func.id for call in calls if isinstance(call.func, ast.Name)]


def with_spies(spy: Callable[[str, Mechanism, World, int], None]) -> None:
    """Put a spy around every mechanism; it must call the mechanism itself."""
    from whowhom.models.machine import tick

    def around(name: str, mechanism: Mechanism) -> Mechanism:
        return lambda w, t: spy(name, mechanism, w, t)

    for name in tick_order():
        setattr(tick, name, around(name, getattr(tick, name)))


def live_widely() -> None:
    """Live weeks in which everything happens: harsh, a lost war in a hungry summer, other sentences, provinces lost, too many names."""
    summer = date(1918, 8, 10)
    war = {"path.civil_war": 0.5, "path.intervention": 0.6, "food.harvest": 0.8}
    army = {"collapse.army_share": 0.3, "army.troops": 100.0, "collapse.army_weeks": 520}
    hunger = {"food.stock_weeks": 0.0, "army.troops": 2e6, "collapse.ration": 0.9, "collapse.ration_weeks": 520}
    mutiny = {"decision.opposition_soldier": 0.55, "apparatus.founding_week": 0, "combat.kill_rate": 0.5}
    lost = {"control.ratio": 0.3, "arming.rate": 2.0, "arming.lay_down": 0.5, "combat.kill_rate": 0.5}
    lost |= {"collapse.control_share": 0.99, "collapse.control_weeks": 12}
    lost |= {"apparatus.case_hunger": 1.0, "quality.min": 0.9}
    restless = {"decision.opposition_soldier": 0.65, "decision.risk_constant": 0.0}
    for values, off, weeks, start in (
        (NEVER | war | restless, (), 14, START),
        (NEVER | war | hunger | mutiny, (), 10, summer),
        (NEVER | war | army, ("executions", "camps"), 10, START),
        (NEVER | lost, ("concession", "coerced_names"), 14, START),
    ):
        world = small_world(harsh_small(values), off=off, seed=2, start=start)
        for _ in range(weeks):
            if world.alive:
                world.step()
    live_fearfully()
    paper = paper_world(SPARE, seed=2)
    for _ in range(16):
        paper.step()
    live_roles()
    live_on_two_sides()
    crowded = small_world(harsh_small(NEVER | {"names.base": 20.0, "names.inbox_weeks": 15}), seed=1)
    for _ in range(25):
        crowded.step()
    waiting = crowded.waiting()
    crowded._enlarge([int(place.inbox) + 1 for place in crowded.arrays.province])
    crowded._refill(waiting)
    crowded._make_room = lambda: None  # type: ignore[method-assign]  # it would be made in time
    try:
        for _ in range(10):
            crowded.step()
    except ModelError:
        return
    raise AssertionError("the inbox must overflow once")


def row_of(draw: Callable[..., Any]) -> Callable[..., None]:
    """Draw a row of keys one by one, for who must see or replace each of them."""

    def row(ordinal: int, slots: Any, n: int, *key: Any) -> None:
        *rest, third, words = key
        for k in range(n):
            words[k] = draw(ordinal + slots[k], *rest)[2 if third else 0]

    return row


def effects() -> dict[str, Any]:
    """What each mechanism writes, draws and reads of what is private, what the centre reads, and streams with a key used twice."""
    from tests.watch import Watch

    watch = Watch()
    live_widely()
    books = {"writes": watch.writes, "draws": watch.draws, "private": watch.private, "reads": watch.reads}
    return {
        "order": tick_order(),
        "twice": sorted(watch.twice),
        **{book: {name: sorted(found) for name, found in content.items()} for book, content in books.items()},
    }


def extremes() -> list[dict[str, Any]]:
    """Weeks in which streams give their smallest or largest words, plain model and reference side by side, and what came of them.

    First all words at one end, building included; then all but the building's; then each word of each stream at an end or as drawn, by lot. The same
    for the streams of the instruments, with all of them on.
    """
    from tests.reference import week
    from whowhom.engine import streams
    from whowhom.mechanisms import batch, decision, persons, target
    from whowhom.models.machine import building

    luck, honest = np.random.default_rng(3), week.philox
    patterns = [np.full((STREAMS, 4), end) for end in (0, 1, 0, 1, 0, 1)]
    patterns += [luck.choice([0, 1, 2], (STREAMS, 4), p=[0.3, 0.1, 0.6]) for _ in range(14)]
    for pattern in patterns[2:]:
        pattern[[1, 2]] = 2  # as drawn
    for pattern in patterns[12:]:
        pattern[3:CORE_STREAMS] = 2
    found = []
    for k, pattern in enumerate(patterns):
        ends = [[(0, 2**32 - 1, None)[kind] for kind in row] for row in pattern.tolist()]

        def words(*key: Any, ends: list[Any] = ends) -> Any:
            drawn = zip(streams.philox(*key), ends[int(key[3])], strict=True)
            return tuple(word if end is None else np.uint64(end) for word, end in drawn)

        def plain_words(counter: Any, key: Any, ends: list[Any] = ends) -> Any:
            drawn = zip(honest(counter, key), ends[counter[3]], strict=True)
            return tuple(word if end is None else end for word, end in drawn)

        for module in (persons, target, building):
            module.philox = words  # type: ignore[attr-defined]
        batch.philox_row = decision.philox_row = row_of(words)
        week.philox = plain_words
        found.append(_extreme_history(11, instruments=k >= 4))
    return found


STREAMS, CORE_STREAMS = 43, 23
"""Numbers of streams lie below these."""


def _extreme_history(weeks: int, *, instruments: bool) -> dict[str, Any]:
    busy = {
        "names.base": 3.0,
        "decision.start_dissent": 0.15,
        "apparatus.founding_week": 0,
        "apparatus.arrests_per_officer": 10.0,
    }
    values = harsh_small(NEVER | busy | {"apparatus.floor": 0.01, "apparatus.cap": 0.05, "apparatus.aim": 0.5})
    layout = small_layout(kinds=("village", "factory", "homes", "party", "cadre"))
    settings = settings_of(values)
    if instruments:
        from tests.property.test_bits_instruments import ALL, SWITCHES

        settings = settings_of(ALL | values | {"hostages.rate": 1.0, "hostages.executed": 1.0})
        settings = settings.replace({"recruitment.rate": 0.1, "recruitment.care": 0.5}, on=(*SWITCHES, "recruitment"))
    world = small_world(settings=settings, layout=layout)
    reference = reference_of(world, settings, seed=1)
    bad, end = differences(world, reference), ""
    for _ in range(weeks):
        if bad or not world.alive:
            break
        try:
            world.step()
        except ModelError:
            end = "names"
            break
        reference.step()
        bad = differences(world, reference)
    return {"bad": bad, "weeks": world.tick, "end": end or world.cause, "happened": happened(world)}


ABSENT = {
    "arrests": ("arrest_open", "arrest_named", "make_cases", "question", "hold"),
    "coerced_names": ("arrest_named",),
    "autonomy": ("make_cases",),
    "informers": ("arrest_informed",),
    "quotas": ("set_limits", "arrest_by_quota"),
    "concession": ("concede",),
    "hostages_kin": ("take_hostages", "keep_hostages"),
    "village_destruction": ("burn",),
    "threats": ("threaten",),
}
"""Switch -> the lines of a week that do nothing when it is off."""


def absent_settings(switch: str) -> Settings:
    """Harsh settings with one switch off."""
    return settings_of(harsh_small(NEVER), off=(switch,))


def absent() -> dict[str, str]:
    """Digest after some weeks from which the lines of a switch have been taken out, with the switch off."""
    from whowhom.models.machine import tick

    found = {}
    for switch, lines in ABSENT.items():
        kept = {name: getattr(tick, name) for name in lines}
        for name in lines:
            setattr(tick, name, lambda w, t: None)
        world = small_world(settings=absent_settings(switch), seed=2)
        for _ in range(12):
            world.step()
        found[switch] = world.digest()
        for name, line in kept.items():
            setattr(tick, name, line)
    return found


JOBS: dict[str, Callable[[], Any]] = {job.__name__: job for job in (digests, effects, extremes, absent)}


if __name__ == "__main__":
    json.dump(JOBS[sys.argv[1]](), sys.stdout)
