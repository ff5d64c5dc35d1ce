"""Two sides, slowly: E54 to E58 of docs/instruments.md, written from that page alone.

A province is read by the row of who holds it: `row(r)` are its parameters, `on(switch, r)` its switches. `week.py` calls these rules where
the page says that they stand; where they change a formula of the core or of an instrument, that formula has their terms there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.reference.instruments import InstrumentRules
from tests.reference.parts import (
    ARREST,
    DETAINED,
    EXECUTION,
    HOSTAGE,
    INSTRUMENTS,
    PARTY,
    ROLE_OF_KIND,
    RUNGS,
    S_RECRUITMENT,
    URBAN,
    WORKER,
    Body,
    G,
    Person,
    Province,
    Q,
    V,
    Values,
    chance,
    share,
    single,
)

NOT_THE_RIVALS = ("decision.rally_weight", "party.tolerance", "petitions.doubt", "apparatus.founding_week")
"""What is 0 in the row of the rival."""
DOCTRINE = {
    f"centre.{name}": f"rival.{name}" for name in ("prior_suspicion", "prior_weight", "escalation", "relaxation")
}
DOCTRINE |= {
    f"centre.{what}_{k}": f"rival.{what}_{k}" for what in ("threshold", "base", "ceiling") for k in INSTRUMENTS
}
DOCTRINE |= {"repression.torture": "rival.torture"}
"""What the rival has of his own with `rival_vectors`."""
TOGETHER = ("arrests", "executions", "camps", "exile", "torture", "coerced_names", "autonomy")
"""Switches that the rival has on with `rival_instruments`, and off without."""
NEVER_THE_RIVALS = (
    "threats", "hostages_kin", "village_destruction", "area_weapon_announced", "area_weapon_used", "informers", "quotas", "legality",
    "propaganda", "censorship", "faction_ban", "purge", "concession",
)  # fmt: skip


def rival_value(value: Callable[[str, int], float], on: Callable[[str, int], bool]) -> Callable[[str, int], float]:
    """E55: the parameters of the rival, made from those of the regime."""

    def of_the_rival(name: str, week: int) -> float:
        if name in NOT_THE_RIVALS:
            return 0.0
        if name in DOCTRINE and on("rival_vectors", week):
            return value(DOCTRINE[name], week)
        return value(name, week)

    return of_the_rival


def rival_on(on: Callable[[str, int], bool]) -> Callable[[str, int], bool]:
    """E55: the switches of the rival, made from those of the regime."""

    def of_the_rival(switch: str, week: int) -> bool:
        if switch in TOGETHER:
            return on("rival_instruments", week)
        return switch not in NEVER_THE_RIVALS and on(switch, week)

    return of_the_rival


class Turn(NamedTuple):
    """One change of hands, and who was in the hands of the old holder; of no effect on anything."""

    week: int
    province: int
    holder: int
    taken: int
    detained: int
    hostages: int
    condemned: int
    armed: int
    soldiers_from_elsewhere: int
    soldiers_elsewhere: int
    names: int


class SideRules(InstrumentRules):
    """Methods of `ReferenceWorld` for E54 to E58."""

    def _prepare_sides(self) -> None:
        """Before anything is built: the regime holds everything."""
        self.taken = 0
        self.turns: list[Turn] = []
        self.driven_out = 0
        self.strength = self.y_foreign = 0.0
        self.lost_regime = self.lost_rival = self.lost_at_fronts = 0.0
        self.rival_ever = {"arrests": 0.0, "executed": 0.0}
        self.rival_now = {"arrests": 0.0, "executed": 0.0}
        self._read_rows()

    def _read_rows(self) -> None:
        """Parameters of this week: the row of the regime (also `self.p`) and that of the rival."""
        self.p = Values(self._value, self.week)
        self.rows = (self.p, Values(rival_value(self._value, self._on), self.week))

    def on(self, switch: str, r: Province | None = None) -> bool:
        """A switch of the regime, or of who holds a province."""
        return self._on_of(0 if r is None else r.holder, switch)

    def _on_of(self, side: int, switch: str) -> bool:
        return bool((rival_on(self._on) if side == 1 else self._on)(switch, self.week))

    def row(self, r: Province) -> Values:
        return self.rows[r.holder]

    def foreign(self, r: Province) -> bool:
        return r.holder == 1 and not self.taken

    def is_foreign(self, person: Person) -> bool:
        """Whether his place is foreign."""
        return self.foreign(self.provinces[person.body.place])

    # --- E54: fronts --------------------------------------------------------------------------------------------------------------

    def _fronts(self, intervention: float) -> None:
        self.lost_regime = self.lost_rival = 0.0
        if not self.on("fronts") or self.taken:
            return
        p = self.p
        total = 0.0
        for r in self.provinces:
            total += r.R
        army = self.M * (1 - p.army_home_share) * (1 - self._refusing_share())
        R = 0.0
        for index, r in enumerate(self.provinces):
            r.A_front = army * r.R / total if total > 0 else 0.0
            support = self._support(index)
            hostile = support if self.foreign(r) else 1 - support
            aid = min(1, intervention + p.abroad_aid * self.voice_abroad)
            raised = r.front * r.N * (p.front_recruits * self.W * hostile + p.front_aid * aid)
            both = r.A_front + r.R
            exchange = r.A_front * r.R / both if both > 0 else 0.0
            push = (r.R - r.A_front) / both if both > 0 else -1.0
            lost_rival, lost_regime = p.front_regime_fire * exchange, p.front_rival_fire * exchange
            r.R = max(0.0, r.R + raised - lost_rival - p.front_disband * r.R)
            step = p.front_speed * push * r.front if push > 0 else p.front_speed * push
            r.line = min(1.0, max(0.0, r.line + step)) if r.front > 0 else 0.0
            self.lost_regime += lost_regime
            self.lost_rival += lost_rival
            R += r.R
        self.strength = R / (R + army) if R + army > 0 else 0.0
        self.lost_at_fronts += self.lost_regime + self.lost_rival

    def _refusing_share(self) -> float:
        """Of the represented soldiers whose place is not foreign, those whose pool refuses."""
        soldiers = refusing = 0.0
        for pool, row in zip(self.pools, self.layout.pools, strict=True):
            if self.foreign(self.provinces[pool.place]):
                continue
            soldiers += row.soldiers
            if pool.refusing > 0:
                refusing += row.soldiers
        return share(refusing, soldiers)

    def _pressure(self, r: Province) -> float:
        """4.2: what the centre of a province sees outside: the dangers of the regime, or the army of the regime."""
        if not self.foreign(r):
            return self.E
        both = r.A_front + r.R
        return r.A_front / both if both > 0 else 0.0

    # --- E55, E57: a province, or the country, changes hands ----------------------------------------------------------------------

    def _changes_of_hands(self) -> None:
        if self.taken:
            return
        if self.on("takeover"):
            turning = [index for index, r in enumerate(self.provinces) if r.holder == 0]
            self.taken = 1
            for r in self.provinces:
                r.holder, r.R, r.line, r.A_front = 1, 0.0, 0.0, 0.0
            for index in turning:
                self._turn(index)
        elif self.on("fronts"):
            for index, r in enumerate(self.provinces):
                if (r.holder == 0 and r.line >= 1) or (r.holder == 1 and r.line <= 0):
                    r.holder = 1 - r.holder
                    self._turn(index)

    def _turn(self, index: int) -> None:
        """Everybody and everything in a province that has a new holder."""
        r = self.provinces[index]
        self.turns.append(self._turn_seen(index))
        for person in self.people:
            if person.body.place != index:
                continue
            if person.state in (DETAINED, HOSTAGE, V, G):
                person.state, person.hit = Q, True
            person.dossier = person.grief = person.origin = 0
            person.ever_voice = person.ever_armed = person.condemned = False
        for body in self.communities + self.pools:
            if body.place == index:
                body.shift = single(self._mirror(body) - body.shift)
                body.anger = single(self.row(r).decision_start_anger)
                body.hits = body.hits_opposed = body.hits_voice = 0
                body.refusing = 0
        self.inbox = [entry for entry in self.inbox if self._home(self.people[entry[0]]) is not r]
        self._new_office(r)

    def _new_office(self, r: Province) -> None:
        """The new holder has no officers, no papers and no worries; what he orders is the base of his row."""
        p = self.row(r)
        r.O = r.informers = r.L = r.load = r.queue = r.Theta = 0.0
        r.u = [float(getattr(p, f"centre_base_{name}")) for name in INSTRUMENTS]
        r.rung = {name: float(getattr(p, f"{name}_base")) for name in RUNGS}
        r.execution_use = min(1, r.u[EXECUTION] * p.orders_obedience)
        r.u_arr = r.u[ARREST] if self.on("arrests", r) else 0.0
        self._mask_rungs(r)
        r.credibility, r.announced, r.talks = p.threats_credibility, 0.0, 0
        r.M = r.R if self.foreign(r) else self._troops_of_the_regime(r)

    def _troops_of_the_regime(self, r: Province) -> float:
        return self.M * self.p.army_home_share * r.N / self.N

    def _mirror(self, body: Body) -> float:
        """1 - 2 * mean: to which shift of private opposition returns where the rival holds, and by which it turns over."""
        if body.kind == "pool":
            pool = self.pools.index(body)
            return 1 - 2 * (self.p.decision_opposition_soldier + self.layout.pools[pool].offset)
        stratum = self.community_stratum[self.communities.index(body)]
        return 1 - 2 * self._mean_opposition(ROLE_OF_KIND[body.kind], stratum)

    def _reversion(self, body: Body) -> float:
        """The last term of E25 but for those of the instruments."""
        r = self.provinces[body.place]
        p = self.row(r)
        if r.holder == 1:
            return p.emotion_reversion * (body.shift - self._mirror(body))
        return p.emotion_reversion * body.shift

    def _driven_out(self, r: Province, simulated: int) -> None:
        """In place of the rule of control (4.8), where a province is foreign: armed persons who beat the rival."""
        p = self.row(r)
        r.control = False
        armed, force = r.B, r.R + r.O
        if armed > p.control_ratio * force and simulated >= 10:
            r.R = r.line = 0.0
            self.driven_out += 1

    def _book_of_the_rival(self) -> None:
        """Arrests and executions of the week in provinces that were the rival's at its beginning."""
        arrests = executed = 0.0
        for s, row in enumerate(self.layout.strata):
            if self.provinces[row.province].holder_then == 1:
                arrests += self.weights[s] * self._arrests_of(s)
                executed += self.weights[s] * self._events_of("executed", s)
        self.rival_now = {"arrests": arrests, "executed": executed}
        for name, number in self.rival_now.items():
            self.rival_ever[name] += number

    # --- E56, E58 -----------------------------------------------------------------------------------------------------------------

    def _talks(self) -> None:
        """E56."""
        for index, r in enumerate(self.provinces):
            refused = any(pool.place == index and pool.refusing > 0 for pool in self.pools)
            r.talks = 1 if self.on("negotiation") and not self.foreign(r) and (r.B > 0 or refused) else 0

    def _truce(self, r: Province) -> float:
        """E56: the last factor of all fire."""
        return 1 - self.p.negotiation_truce if r.talks else 1.0

    def _recruitment(self) -> None:
        """E58."""
        if not self.on("recruitment"):
            return
        p = self.p
        for person in self.people:
            r, kind = self._home(person), self.communities[person.community].kind
            if r.holder != 0 or kind not in ("factory", "town"):
                continue
            if not person.adult or person.role not in (WORKER, URBAN) or person.expelled:
                continue
            if person.state != Q or person.hit:
                continue
            rate = p.recruitment_rate * (1 - p.recruitment_care * r.q * int(self._latent(person)))
            if chance(rate, self.draw(S_RECRUITMENT, person)[0]):
                person.role = PARTY
                self._record("recruited", person)

    # --- what can be seen ---------------------------------------------------------------------------------------------------------

    def _turn_seen(self, index: int) -> Turn:
        r = self.provinces[index]
        there = [person for person in self.people if person.body.place == index]
        stored = [person for person in self.people if self._home(person) is r]
        return Turn(
            week=self.week,
            province=index,
            holder=r.holder,
            taken=self.taken,
            detained=sum(person.state == DETAINED for person in there),
            hostages=sum(person.state == HOSTAGE for person in there),
            condemned=sum(person.state == DETAINED and person.condemned for person in there),
            armed=sum(person.state == G for person in there),
            soldiers_from_elsewhere=sum(self._home(person) is not r for person in there),
            soldiers_elsewhere=sum(person.body.place != index for person in stored),
            names=sum(self._home(self.people[entry[0]]) is r for entry in self.inbox),
        )

    def _sides_snapshot(self) -> dict[str, list[Any]]:
        provinces = self.provinces
        result: dict[str, list[Any]] = {name: [getattr(r, name) for r in provinces] for name in ("line", "holder")}
        result |= {"rival": [r.R for r in provinces], "facing": [r.A_front for r in provinces]}
        result["foreign"] = [int(self.foreign(r)) for r in provinces]
        return result | {"taken": [self.taken]}

    def _sides_totals(self) -> dict[str, float]:
        """Under the names of the observables."""
        held = 0.0
        rival = 0.0
        for r in self.provinces:
            held += r.N if r.holder == 1 else 0.0
            rival += r.R
        result = {"rival_troops": rival, "rival_territory": held / self.N}
        result |= {"front_losses_regime": self.lost_regime, "front_losses_rival": self.lost_rival}
        result["front_losses_total"] = self.lost_at_fronts
        for name in ("arrests", "executed"):
            result |= {f"rival_{name}": self.rival_now[name], f"rival_{name}_total": self.rival_ever[name]}
        return result
