"""Informers, limits, dossiers, legality, petitions, propaganda and censorship (E42 to E48) in whole worlds.

Off is absent to the last bit; alone, each changes what it is declared to change, in the direction that theory gives; and each is isolated where an answer is known.
Directions: null of each row, the paired difference (on less off) over 16 seeds is 0 on average; one-sided Student's t with 15 degrees of freedom, false-alarm rate 1e-6 a row
(t > 7.4), and where all seeds agree to the last bit the sign decides. Negative control: with the intensity at 0 every difference is exactly 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from scipy import stats
from tests.machine_worlds import START, observed, small_layout
from tests.paper_worlds import BUSY, PAPER_SWITCHES, QUIETLY, paper_world
from tests.plain_weeks import unequal

from whowhom.engine.population import (
    CADRE_KIND,
    CAMP,
    CHILD,
    DETAINED,
    EVER_ARMED,
    EVER_VOICE,
    EXECUTED,
    EXILE,
    QUOTA_CASE,
    ROLE_BITS,
    SOLDIER,
)
from whowhom.models.machine.world import MachineWorld

SEEDS = 16
LIMIT = float(stats.t.isf(1e-6, SEEDS - 1))
GROUPS = {
    "informers": ("informers.",),
    "quotas": ("quotas.",),
    "legality": ("legality.",),
    "propaganda": ("propaganda.",),
    "censorship": ("censorship.",),
}
OTHER = {
    "informers.per_person": 0.05,
    "informers.per_officer": 50.0,
    "informers.speed": 1.0,
    "informers.weight": 30.0,
    "informers.reports": 9.0,
    "informers.precision": 1.0,
    "informers.idle": 0.0,
    "quotas.start": 0.5,
    "quotas.growth": 1.0,
    "quotas.approval": 1.0,
    "quotas.cap": 0.9,
    "legality.level": 1.0,
    "petitions.scale": 1e-3,
    "propaganda.level": 0.9,
    "propaganda.effect": 0.5,
    "propaganda.dissonance": 0.5,
    "censorship.level": 1.0,
}
"""Every parameter of the family but those two by which petitions act, far from what `BUSY` gives it."""


IDLE = {"apparatus.case_hunger": 0.0, "names.acted_on": 0.0}
HUNGRY = {
    "legality.level": 1.0,
    "apparatus.case_hunger": 1.0,
    "apparatus.aim": 0.0,
    "apparatus.arrests_per_officer": 10.0,
}
CALM = {"emotion.injustice": 0.0, "emotion.hardship": 0.0, "emotion.reversion": 0.0}


def lived(world: MachineWorld, weeks: int = 12) -> MachineWorld:
    """The world after some weeks."""
    for _ in range(weeks):
        world.step()
    assert world.alive
    return world


# --- off is absent ----------------------------------------------------------------------------------------------------------------------


def test_off_is_absent_whatever_the_parameters() -> None:
    """With all of them off and petitions without effect, every parameter of the family may have any value: the state is the same to the last bit."""
    same, other = (lived(paper_world(values, on=())) for values in (QUIETLY, QUIETLY | OTHER))
    assert same.digest() == other.digest()
    assert set(OTHER) == {x for x in BUSY if x.partition(".")[0] in {*GROUPS, "petitions"}} - set(QUIETLY) | {
        "informers.weight",
        "informers.idle",
        "quotas.approval",
        "quotas.cap",
    }


@pytest.mark.parametrize("switch", GROUPS)
def test_each_off_is_absent_while_the_others_are_on(switch: str) -> None:
    """With the others on, the parameters of the one that is off may have any value."""
    rest = [x for x in PAPER_SWITCHES if x != switch]
    values = {name: value for name, value in OTHER.items() if name.startswith(GROUPS[switch])}
    assert lived(paper_world(on=rest)).digest() == lived(paper_world(values, on=rest)).digest()


@pytest.mark.parametrize("switch", GROUPS)
def test_the_same_parameters_matter_when_it_is_on(switch: str) -> None:
    """Negative control: with the switch on, the other values give another state."""
    values = {name: value for name, value in OTHER.items() if name.startswith(GROUPS[switch])}
    assert lived(paper_world(on=(switch,))).digest() != lived(paper_world(values, on=(switch,))).digest()


def test_switched_off_in_between_no_more_happens() -> None:
    """Informers and limits that are switched off make no further arrest; the limit is 0 at once and informers run down."""
    world = lived(paper_world({"quotas.start": 0.02} | IDLE, on=("informers", "quotas")), 20)
    before = world.arrays.stratum["total_arrests_informer"].sum(), world.arrays.stratum["total_arrests_quota"].sum()
    informers = float(world.arrays.province["informers"].sum())
    assert min(before) > 0
    world.change(world._settings.replace(off=("informers", "quotas"), from_tick=20))
    lived(world, 5)
    w = world.arrays
    assert (w.stratum["total_arrests_informer"].sum(), w.stratum["total_arrests_quota"].sum()) == before
    assert (w.province["quota"] == 0).all()
    assert float(w.province["informers"].sum()) == pytest.approx(informers * 0.5**5)


# --- alone, in the direction of theory -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """What turning one on does to what is shown."""

    name: str
    shown: str
    sign: int
    values: Mapping[str, float] = field(default_factory=dict)
    on: tuple[str, ...] = ()
    arm: Mapping[str, float] = field(default_factory=dict)
    weeks: int = 15


def row(switch: str, shown: str, sign: int, values: Mapping[str, float] | None = None, weeks: int = 15) -> Row:
    return Row(switch, shown, sign, values or {}, (switch,), weeks=weeks)


ROWS = (
    row("informers", "informers", +1),
    row("informers", "arrests_informer", +1),
    row("informers", "quality", +1),
    row("informers", "capacity_load", +1, IDLE),
    row("informers", "arrests_total", +1, IDLE),
    row("quotas", "capacity_load", +1, IDLE),
    row("quotas", "arrests_total", +1, IDLE, weeks=25),
    row("dossiers", "executed_total", +1, {"repression.dossier_severity": 0.5, "repression.share_executed": 0.1}, weeks=25),
    row("legality", "denunciation_number", -1),
    row("legality", "executed_total", -1, HUNGRY, weeks=25),
    row("legality", "in_camps", -1, HUNGRY, weeks=25),
    row("propaganda", "shift", -1, CALM | {"emotion.exposure_gain": 0.0}),
    row("propaganda", "shift", +1, CALM | {"propaganda.effect": 0.0}),
    row("censorship", "fear", -1, {"emotion.exposure_province": 1.0}, weeks=25),
    row("censorship", "open_dissent", -1, {"decision.social_weight": 1.0, "arming.rate": 0.0}, weeks=5),
    Row("petitions", "in_camps", -1, QUIETLY, arm={"petitions.release": 0.5}),
    Row("petitions", "executed_total", -1, QUIETLY, arm={"petitions.release": 0.5}),
    Row("petitions", "cadre_dissent", +1, QUIETLY | {"decision.opposition_cadre": 0.4, "decision.rally_weight": 0.0}, arm={"petitions.doubt": 0.1}, weeks=20),
)  # fmt: skip


def difference(one: Row) -> tuple[float, float]:
    """Mean paired difference of what is shown, on less off, and its Student's t (infinite if all seeds agree)."""
    found = []
    for seed in range(SEEDS):
        shown = []
        for on in (False, True):
            off = () if on else one.on
            world = paper_world(
                QUIETLY | dict(one.values) | (dict(one.arm) if on else {}), on=one.on if on else (), off=off, seed=seed
            )
            shown.append(observed(lived(world, one.weeks))[one.shown])
        found.append(shown[1] - shown[0])
    mean, spread = float(np.mean(found)), float(np.std(found, ddof=1))
    t = mean / (spread / math.sqrt(SEEDS)) if spread > 0 else math.copysign(math.inf, mean) if mean else 0.0
    print(f"{one.name}: {one.shown} {mean:+.4g}, t = {t:+.1f}")
    return mean, t


@pytest.mark.parametrize(
    "one", ROWS, ids=lambda one: f"{one.name} {'raises' if one.sign > 0 else 'lowers'} {one.shown}"
)
def test_alone_it_moves_what_it_declares_as_theory_says(one: Row) -> None:
    """On against off with the same luck, what is shown moves in the stated direction."""
    assert one.sign * difference(one)[1] > LIMIT


NOTHING = {
    "informers": {"informers.per_person": 0.0},
    "quotas": {"quotas.start": 0.0},
    "legality": {"legality.level": 0.0},
    "propaganda": {"propaganda.level": 0.0},
    "censorship": {"censorship.level": 0.0},
}


@pytest.mark.parametrize("switch", NOTHING)
def test_without_intensity_nothing_happens_to_anybody(switch: str) -> None:
    """Negative control: on with an intensity of 0 is off, field by field, but for the aim that no report has."""
    on, off = (lived(paper_world(QUIETLY | NOTHING[switch], on=x)) for x in ((switch,), ()))
    assert unequal(on.arrays, off.arrays) <= {"province.informer_aim"}


# --- isolated ------------------------------------------------------------------------------------------------------------------------------


def test_at_full_legality_nobody_is_sentenced_who_never_dissented() -> None:
    """Whoever is in a camp or exile or was executed had dissented; without legality hundreds had not (negative control)."""
    innocent = []
    for on in (("legality",), ()):
        w = lived(paper_world(QUIETLY | HUNGRY, on=on), 25).arrays
        sentenced = np.isin(w.state, (CAMP, EXILE, EXECUTED))
        innocent.append(int((sentenced & (w.marks & (EVER_VOICE | EVER_ARMED) == 0)).sum()))
        assert sentenced.sum() > 20
    print(f"sentenced without ever having dissented: {innocent[0]} with legality, {innocent[1]} without")
    assert innocent[0] == 0
    assert innocent[1] > 100


def test_limits_alone_arrest_what_they_say() -> None:
    """T15 in a whole world: nobody dissents, nothing else is done; 60 weeks of a limit that grows by 5 % arrest a Poisson number of persons with its sum
    as the mean, less cases that found nobody new (at most 2 %); two-sided false-alarm rate 1e-6. Without approval there are several times fewer (negative control).
    """
    quiet = IDLE | {
        "decision.start_dissent": 1e-6,
        "decision.social_weight": 0.0,
        "emotion.injustice": 0.0,
        "emotion.hardship": 0.0,
        "apparatus.dossier_weight": 0.0,
        "apparatus.aim": 0.0,
        "apparatus.founding_week": 0,
        "quotas.start": 3e-4,
        "quotas.growth": 0.1,
        "quotas.approval": 0.5,
    }
    found = []
    for approval in (0.5, 0.0):
        world = paper_world(QUIETLY | quiet | {"quotas.approval": approval}, on=("quotas",))
        mean = 0.0
        for _ in range(60):
            world.step()
            place = world.arrays.province
            mean += float((place["quota_cases"] / place["mean_weight"]).sum())
        w = world.arrays
        found.append((int(w.stratum["total_arrests_quota"].sum()), mean))
        assert {x for x in w.stratum.dtype.names if x.startswith("total_arrests") and w.stratum[x].sum()} <= {
            "total_arrests_quota",
            "total_arrests_opponents",
        }
        taken = ((w.marks >> 3) & 7 == QUOTA_CASE) & (w.role & ROLE_BITS == CHILD)
        assert not taken.any()
    print(f"arrests and mean number of cases: with approval {found[0]}, without {found[1]}")
    count, mean = found[0]
    civilians = 1.0 - float((w.role & ROLE_BITS == SOLDIER).sum() / (w.role & ROLE_BITS != CHILD).sum())
    free = civilians * (1.0 - float(np.isin(w.state, (DETAINED, CAMP, EXILE, EXECUTED)).mean()))
    assert stats.poisson.ppf(5e-7, mean * free * 0.9) <= count <= stats.poisson.isf(5e-7, mean * civilians)
    assert found[1][1] < mean / 2


def test_propaganda_alone_lowers_private_opposition_by_its_effect() -> None:
    """Where nothing is felt and nothing else moves it, the shift of every community and garrison is -level * effect a week."""
    values = QUIETLY | CALM | {"emotion.exposure_gain": 0.0, "propaganda.level": 0.5, "propaganda.effect": 0.004}
    w = lived(paper_world(values | {"emotion.concession_comfort": 0.0}, on=("propaganda",)), 10).arrays
    for shift in (w.community["shift"], w.pool["shift"]):
        assert shift == pytest.approx(np.full(len(shift), -0.02), abs=1e-7)


def test_propaganda_fails_beside_repression_and_works_far_from_it() -> None:
    """C13b: among communities of one week, the message moves opposition up where people were hit and down where none were, by on less off."""
    values = QUIETLY | {"emotion.exposure_province": 0.0, "propaganda.effect": 0.02, "propaganda.dissonance": 0.4}
    world = lived(paper_world(values, on=()), 8)
    kept = world.snapshot()
    shifts = []
    for level in (0.0, 1.0):
        world.restore(kept)
        world.change(world._settings.replace({"propaganda.level": level}, on=("propaganda",), from_tick=8))
        world.step()
        shifts.append(world.arrays.community["shift"].astype(float))
    moved = shifts[1] - shifts[0]
    fear = world.arrays.community["fear"].astype(float) - kept["community"]["fear"]
    assert (fear <= 0).any()
    assert moved[fear <= 0] == pytest.approx(-0.02, abs=1e-6)
    assert (moved > 0.01).any()
    assert np.corrcoef(moved, fear)[0, 1] > 0.5


def test_petitions_move_cadres_and_nobody_else() -> None:
    """In the first week in which they are heard, doubt moves the shift of cadre communities only, by at most its weekly size."""
    worlds = [lived(paper_world(QUIETLY | {"petitions.doubt": doubt}, on=()), 1) for doubt in (0.0, 0.05)]
    while not (worlds[0].arrays.province["arrested"] > 0).all():
        for world in worlds:
            world.step()
            world.arrays.community["shift"][:] = 0.0
    for world in worlds:
        world.step()
    base, heard = (world.arrays for world in worlds)
    kind = base.stratum["kind"][base.community["stratum"]]
    moved = heard.community["shift"].astype(float) - base.community["shift"]
    assert (moved[kind != CADRE_KIND] == 0).all()
    assert (moved[kind == CADRE_KIND] > 0).all()
    assert moved.max() <= 0.05 + 1e-7


SEPARATE = {
    "centre.weight_report": 0.0,
    "centre.weight_armed": 0.0,
    "centre.concession_max": 0.0,
    "emotion.hardship": 0.0,
    "food.famine_death": 0.0,
}
"""Without what else joins provinces: reports to the centre, concession, food."""


def test_full_censorship_leaves_communities_alone() -> None:
    """With everything elsewhere hidden, what happens in one province changes nothing in another; without censorship it does (negative control)."""
    found = []
    for level in (1.0, 0.0):
        states = []
        for mood in (0, 8000):
            world = paper_world(
                QUIETLY | IDLE | SEPARATE | {"censorship.level": level},
                on=("censorship",),
            )
            w = world.arrays
            north = slice(0, 64 * int(w.province[0].communities))
            grown = w.role[north] & ROLE_BITS != CHILD
            w.margin[north][grown] = np.minimum(32767, w.margin[north][grown].astype(int) + mood)
            w.community["best_margin"][: int(w.province[0].communities)] = 32767
            w.community["best_low"][: int(w.province[0].communities)] = 32767
            w.community["best_high"][: int(w.province[0].communities)] = 32767
            lived(world, 3)
            states.append(w.state[64 * int(w.province[2].first) :].copy())
        found.append(int((states[0] != states[1]).sum()))
    print(f"persons of another province who differ: {found[0]} under full censorship, {found[1]} without")
    assert found[0] == 0
    assert found[1] > 0


def test_without_dossiers_none_is_written() -> None:
    """No person has an entry after weeks of arrests; with dossiers hundreds have (negative control)."""
    entries = [int((lived(paper_world(on=(), off=off)).arrays.record & 15 > 0).sum()) for off in (("dossiers",), ())]
    assert entries[0] == 0
    assert entries[1] > 200


# --- computed in whatever way -----------------------------------------------------------------------------------------------------------------


def test_threads_and_stretches_change_no_bit() -> None:
    """With all of them on, two threads, one thread week by week, and many weeks in one call give the same state."""
    digests = set()
    for threads, at_once in ((1, False), (2, False), (1, True)):
        settings = paper_world()._settings
        world = MachineWorld(small_layout(), settings=settings, seed=1, start=START, threads=threads)
        while world.tick < 15:
            if at_once:
                world.advance(15 - world.tick)
            else:
                world.step()
        digests.add(world.digest())
    assert len(digests) == 1
