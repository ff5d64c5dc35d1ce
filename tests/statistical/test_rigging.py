"""Rigging audit (MODEL 4.3): assumptions that would decide a claim in advance, and that they do not.

Exact tests where equality can be exact. The placebo of C1 is statistical. Null: insiders are arrested at the rate of others once they hold the same opinions and name nobody in particular. Twelve
seeds of `regime_purge`, the mean over seeds of (share of insiders repressed less share of others) against its standard error, false-alarm rate 1e-6 (two-sided, Student's t with 11
degrees of freedom); negative control: with the insiders' circle the same check fails.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean, stdev

import pytest
from tests.machine_worlds import soviet_world

import whowhom
from whowhom import scenario
from whowhom.engine.settings import Settings
from whowhom.experiments.intervals import student_quantile
from whowhom.models.machine.model import MACHINE
from whowhom.models.machine.regimes import live

NAMES = [observable.name for observable in MACHINE.observables]
SOVIET = scenario("soviet").settings
LIMIT = student_quantile(1 - 0.5e-6, freedom=11)


def path(settings: Settings, *, weeks: int = 80) -> list[dict[str, float]]:
    world = soviet_world(settings, seed=5)
    rows = []
    while world.alive and world.tick < weeks:
        world.step()
        rows.append(dict(zip(NAMES, world.observe().tolist(), strict=True)))
    return rows


@pytest.mark.parametrize("claim", ["C3", "C18"])
def test_war_reaches_the_centre_only_through_its_declared_weight(claim: str) -> None:
    """With the external weight of the threat and the front's share of danger at 0 the war changes no number; with the weight it does."""
    blind: Mapping[str, float] = {"centre.weight_external": 0.0, "danger.front": 0.0}
    assert path(SOVIET.replace(blind)) == path(SOVIET.replace(blind, off=("civil_war", "intervention")))
    seeing = {"centre.weight_external": 0.03, "danger.front": 0.0}
    assert path(SOVIET.replace(seeing)) != path(SOVIET.replace(seeing, off=("civil_war", "intervention"))), claim


def test_a_leader_acts_through_the_centre_alone() -> None:
    """C4: what the leader's vector sets is read by the belief of the centre and by its ladder (the further rungs too), and by no other mechanism."""
    sets = {name.replace(".", "_") for vector in scenario("soviet").vectors["leader"].values() for name in vector}
    assert sets == {"centre_prior_suspicion", "centre_prior_weight", "centre_escalation"}
    for file in (Path(whowhom.__file__).parent / "mechanisms").glob("*.py"):
        found = {name for name in sets if f"p.{name}" in file.read_text(encoding="utf-8")}
        assert not found or file.name in ("centre.py", "ladder.py", "rungs.py"), (file.name, found)


def test_a_concession_costs_food() -> None:
    """C6, C9, C19: giving up requisition lowers the hardship of peasants at once and the rations of the towns within the year."""
    given = {"centre.concession_from": 0, "centre.concession_threshold": 0.0, "centre.concession_max": 0.8}
    conceding, not_conceding = (
        path(SOVIET.replace(given)),
        path(SOVIET.replace(given, off=("concession",))),
    )
    assert max(row["concession"] for row in conceding) > 0.7
    assert all(row["concession"] == 0.0 for row in not_conceding)
    assert conceding[20]["hardship_peasant"] < not_conceding[20]["hardship_peasant"]
    assert mean(row["ration"] for row in conceding) < mean(row["ration"] for row in not_conceding) - 0.05


def test_open_dissent_is_not_collapse() -> None:
    """C6, C9, C19: a fifth of all adults in open dissent is no fall; only a declared condition is, here the share of the nation."""
    unrest = {"decision.start_dissent": 0.2, "decision.social_weight": 0.1, "arming.rate": 0.0}
    standing = path(SOVIET.replace(unrest), weeks=20)
    assert len(standing) == 20
    assert min(row["open_dissent"] for row in standing) > 0.15
    assert all(row["cause"] == 0 for row in standing)
    falling = path(SOVIET.replace({**unrest, "collapse.nation_share": 0.15}), weeks=20)
    assert falling[-1]["cause"] == 6


def t_of_surplus(changes: Mapping[str, float]) -> tuple[float, float]:
    """Mean surplus of insiders' repression over others', and its t over twelve seeds."""
    settings = scenario("regime_purge").settings.replace(changes)
    with ThreadPoolExecutor(2) as pool:
        lives = list(pool.map(lambda seed: live(settings, persons=32_768, seed=seed, weeks=520), range(1, 13)))
    surplus = [float(passage.insiders[-1] - passage.others[-1]) for passage in lives]
    return mean(surplus), mean(surplus) / (stdev(surplus) / math.sqrt(len(surplus)))


@pytest.mark.slow
def test_insiders_are_not_over_exposed_by_hand() -> None:
    """C1: insiders with the opinions of others, no rally, no dossiers' pull and names drawn from anywhere are not repressed more; with their circle they are."""
    same = {f"decision.opposition_{role}": 0.5 for role in ("peasant", "worker", "urban", "soldier", "party", "cadre")}
    anywhere = {"names.insider_circle": 0.0, "names.community": 0.0, "names.settlement": 0.0}
    plain = {**same, **anywhere, "decision.rally_weight": 0.0, "apparatus.dossier_weight": 0.0}
    surplus, t = t_of_surplus(plain)
    circle, t_circle = t_of_surplus({**plain, "names.insider_circle": 0.97})
    print(f"surplus of insiders {surplus:+.4f} (t {t:+.1f}); with the circle {circle:+.4f} (t {t_circle:+.1f})")
    assert abs(t) < LIMIT
    assert t_circle > LIMIT
    assert circle > 0.05
