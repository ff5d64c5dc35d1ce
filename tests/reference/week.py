"""One whole week of the machine, slowly: the oracle of the compiled model.

Written from docs/machine.md and docs/instruments.md alone, by another hand than the compiled model, with loops over persons and nothing
that is fast. Formulas stand in the order in which the pages write them, because both must agree bit for bit. Streams, normal quantile,
Poisson and negative binomial numbers are its own (`parts.py`). It takes the layout of a world from the package, as data, and nothing else.
The rules of docs/instruments.md stand in `instruments.py` and `sides.py`; where they change a formula of the core, the formula here has their terms.

This file is longer than the rule of 400 lines allows: one week in one file, to be read beside one page, is its purpose.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Callable
from typing import Any

from tests.reference.parts import (
    ABROAD,
    ARREST,
    ARRESTS,
    CADRE,
    CAMP,
    CAMPING,
    CAPTIVE,
    DEAD,
    DETAINED,
    EXECUTED,
    EXECUTION,
    EXILE,
    EXILING,
    HOSTAGE,
    INSTRUMENTS,
    NAMED,
    OPEN,
    ROLE_NAMES,
    ROLE_OF_KIND,
    S_ARMING,
    S_BYSTANDER,
    S_CAMP,
    S_CAPTURE,
    S_COMBAT,
    S_CUSTODY,
    S_DOSSIER,
    S_EXILE,
    S_FAMINE,
    S_GRIEF,
    S_HOUSEHOLD,
    S_LAY_DOWN,
    S_NAME,
    S_NAME_TARGET,
    S_NAME_WEIGHT,
    S_NAMED,
    S_OPEN,
    S_ROLE,
    S_SELF_COUNT,
    S_SELF_TARGET,
    S_SENTENCE,
    S_SETTLEMENT,
    S_TRAITS,
    SELF,
    SOLDIER,
    SWITCH_OF,
    TILINGS,
    URBAN,
    Body,
    G,
    Person,
    Province,
    Q,
    Settlement,
    V,
    chance,
    key_of,
    negbin,
    normal,
    phi,
    philox,
    pick,
    poisson,
    share,
    single,
    uniform,
)
from tests.reference.sides import SideRules

from whowhom.models.machine.layout import Layout

EVENTS = (
    *ARRESTS.values(),
    "released",
    "executed",
    "camp_sentences",
    "exile_sentences",
    "interned",
    "camp_deaths",
    "combat_deaths",
    "famine_deaths",
    "hostages",
    "hostages_executed",
    "burnt_deaths",
    "expelled",
    "deserted",
    "returned",
    "conscripted",
    "exits",
    "deported",
    "killed_abroad",
    "recruited",
)
"""What is counted, by stratum."""
PERSONAL = (
    "state",
    "role",
    "founder",
    "expelled",
    "deserter",
    "condemned",
    "margin",
    "dossier",
    "grief",
    "ever_voice",
    "ever_armed",
    "origin",
)


class ReferenceWorld(SideRules):
    """A world built from a layout and lived week by week.

    `value(name, week)` gives parameters, `on(switch, week)` switches; `start` is the first day of week 0.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        value: Callable[[str, int], float],
        on: Callable[[str, int], bool],
        start: datetime.date,
        seed: int,
    ) -> None:
        self.layout, self.start, self.key = layout, start, key_of(seed)
        self._value, self._on = value, on
        self.week, self.alive, self.cause = 0, True, 0
        self._prepare_sides()
        self.inbox: list[tuple[int, int, int, int, int]] = []
        self.flow: dict[str, list[int]] = {}
        self.ever: dict[str, list[int]] = {}
        self.regime_losses = 0.0
        self.weeks_territory = self.weeks_army = self.weeks_ration = 0
        self.c = 0.0
        self.foreigners = self.foreigners_out = self.returning = self.abroad = self.voice_abroad = 0.0
        self._build_places()
        self._build_persons()
        self._build_households_and_settlements()
        self._start()

    def draw(self, stream: int, who: Person | tuple[int, int], sub: int = 0) -> tuple[int, int, int, int]:
        tag, ordinal = (who.tag, who.ordinal) if isinstance(who, Person) else who
        return philox((ordinal, tag << 16 | sub, self.week, stream), self.key)

    # --- building (section 3) -----------------------------------------------------------------------------------------------------

    def _build_places(self) -> None:
        self.provinces = [Province(row.name, row.weapons, row.front) for row in self.layout.provinces]
        slots = 0
        for stratum in self.layout.strata:
            r = self.provinces[stratum.province]
            if r.slots == 0:
                r.first = slots
            r.slots += 64 * stratum.communities
            r.N += stratum.represented
            if stratum.kind in ("village", "homes"):
                r.rural += stratum.represented
            if stratum.kind in ("party", "cadre"):
                if r.circle_slots == 0:
                    r.circle_first = slots
                r.circle_slots += 64 * stratum.communities
                r.circle_N += stratum.represented
            slots += 64 * stratum.communities
        self.N = sum(r.N for r in self.provinces)
        self.urban = sum(s.represented for s in self.layout.strata if s.kind not in ("village", "homes"))
        self.weights = [stratum.weight for stratum in self.layout.strata]

    def _mean_opposition(self, role: int, stratum: int) -> float:
        row = self.layout.strata[stratum]
        offset = self.layout.pools[row.pool].offset if role == SOLDIER else row.offset
        return float(getattr(self.p, f"decision_opposition_{ROLE_NAMES[role]}")) + offset

    def threshold_mean(self) -> float:
        """The mean threshold at which the expected share of adults above it is the starting dissent."""
        p = self.p
        groups: list[tuple[float, float]] = []  # adults, mean
        for s, row in enumerate(self.layout.strata):
            adults = row.represented * p.population_adult_share
            mean = self._mean_opposition(ROLE_OF_KIND[row.kind], s)
            if row.kind == "homes":
                groups.append((adults * (1 - p.population_soldier_share), mean))
                groups.append((adults * p.population_soldier_share, self._mean_opposition(SOLDIER, s)))
            else:
                groups.append((adults, mean))
        everyone = sum(adults for adults, _ in groups)
        sd = math.sqrt(p.decision_opposition_sd**2 + p.decision_threshold_sd**2)
        low, high = -2.0, 4.0
        for _ in range(200):
            middle = 0.5 * (low + high)
            above = 0.0
            for adults, mean in groups:
                lead = mean + p.decision_start_anger * p.decision_anger_weight - middle
                above += adults / everyone * phi(lead / sd)
            if above > p.decision_start_dissent:
                low = middle
            else:
                high = middle
        return 0.5 * (low + high)

    def _build_persons(self) -> None:
        p = self.p
        threshold_mean = self.threshold_mean()
        p_rest = (p.population_adult_share * 64 - 11) / 53
        self.people: list[Person] = []
        self.communities: list[Body] = []
        self.community_stratum: list[int] = []
        self.community_ordinal: list[int] = []
        self.pools = [Body(row.place, "pool", "soldier", False, 0) for row in self.layout.pools]
        self.pool_weight = [0.0] * len(self.pools)
        for s, row in enumerate(self.layout.strata):
            if row.pool >= 0:
                self.pool_weight[row.pool] = row.weight
            rural = row.kind in ("village", "homes")
            for ordinal in range(row.communities):
                self.communities.append(Body(row.province, row.kind, "peasant" if rural else "city", rural, 64))
                self.community_stratum.append(s)
                self.community_ordinal.append(ordinal)
                firsts = self._household_starts(row.tag, ordinal)
                for slot in range(64):
                    person = Person(len(self.people), s, len(self.communities) - 1, row.tag, 64 * ordinal + slot)
                    self.people.append(person)
                    self._give_traits(person, threshold_mean, p_rest, first=slot in firsts)

    def _household_starts(self, tag: int, ordinal: int) -> set[int]:
        starts, at = set(), 0
        for size in TILINGS[self.draw(S_HOUSEHOLD, (tag, 64 * ordinal))[0] & 7]:
            starts.add(at)
            at += size
        return starts

    def _give_traits(self, person: Person, threshold_mean: float, p_rest: float, first: bool) -> None:
        p, row = self.p, self.layout.strata[person.stratum]
        r0, r1, r2, r3 = self.draw(S_TRAITS, person)
        role0, role1, _, _ = self.draw(S_ROLE, person)
        person.u_risk = uniform(r2)
        person.adult = first or chance(p_rest, r3)
        person.body = self.communities[person.community]
        if not person.adult:
            return
        person.role = ROLE_OF_KIND[row.kind]
        if row.kind == "homes" and chance(p.population_soldier_share, role0):
            person.role = SOLDIER
            person.body = self.pools[row.pool]
            person.body.people += 1
        if person.insider:
            person.founder = chance(p.population_founder_share, role1)
        x0 = self._mean_opposition(person.role, person.stratum) + p.decision_opposition_sd * normal(uniform(r0))
        theta = threshold_mean + p.decision_threshold_sd * normal(uniform(r1))
        person.margin = min(32767, max(-32767, math.floor((x0 - theta) * 8192 + 0.5)))

    def _build_households_and_settlements(self) -> None:
        self.settlements: list[Settlement] = []
        self.settlement_of: list[tuple[int, int]] = []  # first community, communities
        for c, s in enumerate(self.community_stratum):
            starts = sorted(self._household_starts(self.layout.strata[s].tag, self.community_ordinal[c]))
            for first, end in itertools.pairwise([*starts, 64]):
                household = self.people[64 * c + first : 64 * c + end]
                for person in household:
                    person.household = household
        first_community = 0
        for s, row in enumerate(self.layout.strata):
            left, number = row.communities, 0
            while left > 0:
                size = min(left, 4 + pick(29, self.draw(S_SETTLEMENT, (row.tag, number))[0]))
                self.settlements.append(Settlement(s, first_community, size))
                self.settlement_of += [(first_community, size)] * size
                first_community, left, number = first_community + size, left - size, number + 1

    def _start(self) -> None:
        p = self.p
        for body in self.communities + self.pools:
            body.fear, body.anger = single(p.decision_start_fear), single(p.decision_start_anger)
        for r in self.provinces:
            r.u = [float(getattr(p, f"centre_base_{name}")) for name in INSTRUMENTS]
            self._start_instruments(r)
        self.M = p.army_troops
        self.W = p.path_civil_war if self.on("civil_war") else 0.0
        self.h = p.food_harvest if self.on("backwardness") else 1.0
        self.rho_sum, self.rho_weeks = 0.0, 0
        autumn = datetime.date(self.start.year, 9, 1)
        if autumn > self.start:
            autumn = datetime.date(self.start.year - 1, 9, 1)
        self.collecting = max(0, 26 - (self.start - autumn).days // 7)
        self.stock = p.food_stock_weeks * (self.M / 52 + self.urban / 52)
        food = self._food_rule(rho=p.food_requisition_share * (1 - 0.0), parts=[1.0] * len(self.provinces))
        self.hardship_reference = dict(food["H"])
        self.ration, self.f_u, self.f_a = food["ration"], food["f_u"], food["f_a"]
        self.famine_city, self.famine_rural = food["famine_city"], food["famine_rural"]
        self._troops_at_home()
        self._count()
        self._danger()
        self._reproduction()

    # --- one week (section 4) -----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Live one week; nothing after a collapse."""
        if not self.alive:
            return
        self._exogenous()
        self._centre()
        self._concession()
        self._rungs()
        self._threats()
        self._food()
        self._apparatus()
        self._demand()
        self._talks()
        self._burning()
        self._combat()
        self._open_arrests()
        self._named_arrests()
        self._informers_cases()
        self._self_generated()
        self._quota_cases()
        self._take_hostages()
        self._famine()
        self._exit()
        self._custody()
        self._camps_and_exile()
        self._held_hostages()
        self._those_abroad()
        self._expulsion()
        self._recruitment()
        self._army()
        self._changes_of_hands()
        self._emotions()
        self._decisions()
        self._count()
        self._control()
        self._danger()
        self._collapse()
        self._reproduction()
        self._book_of_the_rival()
        self._remember()
        self.week += 1

    def _exogenous(self) -> None:
        self._read_rows()
        p = self.p
        self.W = p.path_civil_war if self.on("civil_war") else 0.0
        intervention = p.path_intervention if self.on("intervention") else 0.0
        self.h_path = p.food_harvest if self.on("backwardness") else 1.0
        self._last_week()
        self._abroad(intervention)
        self.E = min(
            1,
            max(self.W, intervention) + p.abroad_aid * self.voice_abroad + p.foreign_hostility * self.foreigners / 1000,
        )
        self.M = p.army_troops
        self._fronts(intervention)
        self._troops_at_home()
        self.flow, self.regime_losses = {}, 0.0
        for body in self.communities + self.pools:
            body.forget_week()
        for person in self.people:
            person.hit = False

    def _troops_at_home(self) -> None:
        for r in self.provinces:
            r.M = r.R if self.foreign(r) else self._troops_of_the_regime(r)
            r.holder_then = r.holder

    def _centre(self) -> None:
        """E19, E20."""
        for r in self.provinces:
            p = self.row(r)
            k = max(0, self.week - int(p.centre_lag))
            y_obs = (1 - p.centre_under_report) * (r.voice_history[k] + r.armed_adults_history[k])
            b_obs = (1 - p.centre_under_report) * r.armed_history[k]
            precision = math.exp(-p.centre_information_loss * r.fear_mean)
            belief = (precision * y_obs + p.centre_prior_weight * p.centre_prior_suspicion) / (
                precision + p.centre_prior_weight
            )
            target = (
                p.centre_weight_report * belief
                + p.centre_weight_armed * b_obs
                + p.centre_weight_external * self._pressure(r)
            )
            r.Theta = r.Theta + p.centre_smoothing * (target - r.Theta)
            for i, name in enumerate(INSTRUMENTS):
                threshold = float(getattr(p, f"centre_threshold_{name}"))
                ceiling = float(getattr(p, f"centre_ceiling_{name}"))
                bottom = float(getattr(p, f"centre_base_{name}"))
                r.u[i] = self._climb(r, r.u[i], threshold, bottom, ceiling)
            r.execution_use = min(1, r.u[EXECUTION] * p.orders_obedience)  # E36

    def _concession(self) -> None:
        """E21, of who rules the country."""
        p = self.rows[self.taken]
        own = [r for r in self.provinces if not self.foreign(r)]
        theta_nation = share(sum(r.N * r.Theta for r in own), sum(r.N for r in own))
        allowed = theta_nation > p.centre_concession_threshold and self.week >= p.centre_concession_from
        conceding = self._on_of(self.taken, "concession")
        goal_c = p.centre_concession_max if conceding and allowed else 0.0
        self.c += p.centre_concession_speed * (goal_c - self.c)
        if not conceding:
            self.c = 0.0

    def _climb(self, r: Province, u: float, threshold: float, bottom: float, ceiling: float) -> float:
        """E20: one rung of the ladder."""
        s = r.Theta * r.Theta / (r.Theta * r.Theta + threshold * threshold)
        goal = bottom + (ceiling - bottom) * s
        speed = self.row(r).centre_escalation if goal > u else self.row(r).centre_relaxation
        return u + speed * (goal - u)

    def _is_harvest_week(self, week: int) -> bool:
        days = [self.start + datetime.timedelta(days=7 * week + d) for d in range(7)]
        return any(day.month == 9 and day.day == 1 for day in days)

    def _food_rule(self, rho: float, parts: list[float]) -> dict[str, Any]:
        """E22 from the state as it is, changing nothing."""
        p = self.p
        growers = sum(r.rural * part for r, part in zip(self.provinces, parts, strict=True))
        per_week = rho * p.food_harvest_per_person * self.h / 26 * growers
        collected = per_week if self.collecting > 0 else 0.0
        collecting = max(0, self.collecting - 1)
        due = per_week * collecting
        need_a, need_u = self.M / 52, self.urban / 52
        weeks = 1
        while not self._is_harvest_week(self.week + weeks):
            weeks += 1
        horizon = weeks + 4
        avail = self.stock + collected + due
        f_a = min(1, avail / (need_a * horizon)) if need_a > 0 else 1.0
        rest = max(0, avail - f_a * need_a * horizon)
        f_u = min(1, rest / (need_u * horizon)) if need_u > 0 else 1.0
        eaten = min(self.stock + collected, f_a * need_a + f_u * need_u)
        ration = p.food_city_floor + (1 - p.food_city_floor) * f_u
        fed = min(1, p.food_harvest_per_person * self.h * (1 - rho) / p.food_rural_need)
        conscription = min(1, self.M / (0.275 * self.N))
        peasant = min(
            1, p.food_hardship_requisition * rho / max(self.h, 0.05) + p.food_hardship_conscription * conscription
        )
        return {
            "stock": self.stock + collected - eaten,
            "collecting": collecting,
            "ration": ration,
            "f_u": f_u,
            "f_a": f_a,
            "famine_city": max(0, 1 - ration),
            "famine_rural": max(0, 1 - fed),
            "H": {
                "peasant": peasant,
                "city": p.food_hardship_city * (1 - ration),
                "soldier": p.food_hardship_army * (1 - f_a),
            },
        }

    def _food(self) -> None:
        p = self.p
        rho = p.food_requisition_share * (1 - self.c)
        if self._is_harvest_week(self.week):
            mean_rho = self.rho_sum / self.rho_weeks if self.rho_weeks > 0 else 0.1
            response = 1 - p.food_sowing_response * max(0, mean_rho - 0.1)
            self.h = self.h_path * max(0, response)
            self.collecting, self.rho_sum, self.rho_weeks = 26, 0.0, 0
        self.rho_sum += rho
        self.rho_weeks += 1
        parts = [(1 - r.rural_dissent) * (1 if r.control else 0) for r in self.provinces]
        food = self._food_rule(rho, parts)
        self.stock, self.collecting, self.hardship = food["stock"], food["collecting"], food["H"]
        self.ration, self.f_u, self.f_a = food["ration"], food["f_u"], food["f_a"]
        self.famine_city, self.famine_rural = food["famine_city"], food["famine_rural"]

    def _apparatus(self) -> None:
        """E17, E18."""
        t = self.week
        for index, r in enumerate(self.provinces):
            p = self.row(r)
            goal = p.apparatus_floor * r.N + p.apparatus_per_threat * r.Theta * r.N
            if p.apparatus_arrests_per_officer > 0:
                goal += min(p.apparatus_per_queue * r.queue / p.apparatus_arrests_per_officer, goal)
            goal += p.apparatus_load_growth * r.O * r.load
            goal = min(goal, p.apparatus_cap * r.N)
            if t < p.apparatus_founding_week:
                r.O = 0.0
            elif t == p.apparatus_founding_week:
                r.O = 1e-6 * r.N
            elif goal > r.O:
                r.O += min(goal - r.O, p.apparatus_growth_per_week * max(r.O, 1e-6 * r.N))
            else:
                r.O += p.apparatus_shrink_per_week * (goal - r.O)
            self._recruit_informers(r)
            informed = (r.O + p.informers_weight * r.informers) / r.N
            r.intel = informed / (informed + p.quality_half)
            r.support = self._support(index)
            r.q = p.quality_min + (p.quality_max - p.quality_min) * r.intel * math.exp(
                p.quality_support_exponent * math.log(max(r.support, 1e-9))
            )
            held = r.control or self.foreign(r)
            r.cap = p.apparatus_arrests_per_officer * r.O if self.on("arrests", r) and held else 0.0
            r.u_arr = r.u[ARREST] if self.on("arrests", r) else 0.0
            r.e = (p.apparatus_officer_presence * r.O + p.apparatus_troop_presence * r.M) / r.N

    def _support(self, index: int) -> float:
        supporters = adults = 0.0
        for body, s in zip(self.communities, self.community_stratum, strict=True):
            row = self.layout.strata[s]
            if row.province == index:
                mean = self._mean_opposition(ROLE_OF_KIND[row.kind], s)
                below = 1 - phi((mean + body.shift - 0.5) / self.p.decision_opposition_sd)
                supporters += row.weight * body.free * below
                adults += row.weight * body.free
        return share(supporters, adults)

    def _bodies_of(self, index: int) -> list[tuple[float, Body]]:
        """Weight and body: communities of the province in order, then the pools that serve there."""
        bodies = [
            (self.weights[s], body)
            for body, s in zip(self.communities, self.community_stratum, strict=True)
            if body.place == index
        ]
        return bodies + [(w, pool) for w, pool in zip(self.pool_weight, self.pools, strict=True) if pool.place == index]

    def _demand(self) -> None:
        """E2, E3, E9, E13: what there is to do and what share of it is done."""
        for index, (r, demand_named) in enumerate(zip(self.provinces, self._demand_named(), strict=True)):
            p = self.row(r)
            elsewhere = 1 - p.decision_weight_local - p.decision_weight_nation
            z = self.censored(r)
            tolerance = 0.0 if self.on("faction_ban", r) else p.party_tolerance
            y_nation = self.y_foreign if self.foreign(r) else self.y_nation
            demand_open = 0.0
            for weight, body in self._bodies_of(index):
                y = share(body.voice + body.armed, body.free)
                body.visible = (
                    p.decision_weight_local * y
                    + elsewhere * (1 - z) * r.y
                    + p.decision_weight_nation * (1 - z) * y_nation
                )
                body.risk = 1 - math.exp(-p.decision_risk_constant * 64 * r.e / (64 * body.visible + 1))
                if body.kind in ("party", "cadre"):
                    body.risk = body.risk * (1 - tolerance)  # E51
                demand_open += weight * body.voice * body.risk * r.u_arr
            r.f_open = 1.0 if demand_open <= 0 else min(1, r.cap / demand_open)
            left = max(0.0, r.cap - demand_open * r.f_open)
            r.f_named = 1.0 if demand_named <= 0 else min(1, left / demand_named)
            left = max(0, left - demand_named * r.f_named)
            demand_informer, f_informer = self._demand_informer(r, left)
            left = max(0, left - demand_informer * f_informer)
            r.self_generated = p.apparatus_case_hunger * left if self.on("autonomy", r) else 0.0
            self._quota(r, left)
            r.load = 0.0 if r.cap <= 0 else (r.cap - left + r.self_generated + r.quota_cases) / r.cap
            self._demand_hostage(index, max(0, left - r.self_generated - r.quota_cases))
            r.queue = demand_open * (1 - r.f_open) + demand_named * (1 - r.f_named) + demand_informer * (1 - f_informer)

    def _demand_named(self) -> list[float]:
        """Represented targets in Q or V by their place: over strata in order, civilians before soldiers."""
        counts: dict[tuple[int, bool], int] = {}
        for entry in self.inbox:
            target = self.people[entry[4]]
            if target.state in (Q, V):
                key = (target.stratum, target.role == SOLDIER)
                counts[key] = counts.get(key, 0) + 1
        demand = [0.0] * len(self.provinces)
        for (s, soldiers), count in sorted(counts.items()):
            row = self.layout.strata[s]
            demand[self.pools[row.pool].place if soldiers else row.province] += row.weight * count
        return demand

    # --- events (section 4.5) -----------------------------------------------------------------------------------------------------

    def _record(self, name: str, person: Person) -> None:
        for book in (self.flow, self.ever):
            book.setdefault(name, [0] * len(self.weights))[person.stratum] += 1

    def _grieve(self, person: Person, steps: int) -> None:
        for other in person.household:
            if other is not person and other.adult and other.alive:
                other.grief = min(15, other.grief + steps)

    def _add_dossier(self, person: Person, entries: int) -> None:
        if self.on("dossiers"):
            person.dossier = min(15, person.dossier + entries)

    def _dossier(self, person: Person) -> int:
        """What can be read in it (E44)."""
        return person.dossier if self.on("dossiers") else 0

    def _count_hit(self, person: Person, *, voice: bool) -> None:
        person.hit = True
        person.body.hits += 1
        person.body.hits_opposed += person.opposed
        person.body.hits_voice += voice

    def _arrest(self, person: Person, origin: int) -> None:
        self._count_hit(person, voice=person.state == V)
        person.body.arrests += 1
        person.state, person.origin = DETAINED, origin
        self._add_dossier(person, 2)
        self._grieve(person, 4)
        self._record(ARRESTS[origin], person)

    def _execute(self, person: Person, *, voiced: bool) -> None:
        self._count_hit(person, voice=voiced)
        person.body.executed += 1
        person.state, person.grief = EXECUTED, 0
        self._grieve(person, 8)
        self._record("executed", person)

    def _kill(self, person: Person, cause: str = "combat_deaths") -> None:
        self._count_hit(person, voice=person.state == V)
        person.body.killed += 1
        person.state, person.grief = DEAD, 0
        self._grieve(person, 8)
        self._record(cause, person)

    def _latent(self, person: Person) -> bool:
        p, body = self.p, person.body
        return person.margin / 8192 + body.shift + p.decision_anger_weight * body.anger > p.apparatus_target_margin

    def _choose(
        self,
        first: int,
        slots: int,
        want: bool,
        words: Callable[[int], tuple[int, int, int, int]],
        dossier_words: Callable[[int], tuple[int, int, int, int]] | None = None,
        chooser: Person | None = None,
    ) -> Person | None:
        """The target among so many slots; `words(block)` gives the words of blocks 0 to 3."""
        weight = self.p.apparatus_dossier_weight
        last, remembered = None, 0
        for block in range(4):
            for place in range(4):
                person = self.people[first + pick(slots, words(block)[place])]
                if not person.adult or person is chooser:
                    continue
                if dossier_words is not None:
                    attraction = (1 + weight * self._dossier(person)) / (1 + 15 * weight)
                    if not chance(attraction, dossier_words(block)[place]):
                        continue
                if not want or self._latent(person):
                    return person
                last, remembered = person, remembered + 1
                if remembered == 8:
                    return last
        return last

    def _combat(self) -> None:
        """E26."""
        battles = [index for index, r in enumerate(self.provinces) if r.B > 0]
        for index in battles:
            r = self.provinces[index]
            p, truce = self.row(r), self._truce(r)
            engaged = min(r.M, p.combat_engagement * r.B)
            mu = min(1, p.combat_intel_base + p.combat_intel_apparatus * r.intel + p.combat_intel_support * r.support)
            density = r.B / r.N
            kill = p.combat_kill_rate * engaged * (mu + (1 - mu) * density * (1 + p.area_effect * r.a)) * truce
            for person in self.people:
                if person.state != G or person.body.place != index:
                    continue
                if chance(min(1, kill / r.B), self.draw(S_COMBAT, person)[0]):
                    if chance(p.combat_captured, self.draw(S_CAPTURE, person)[0]):  # E39
                        self._arrest(person, CAPTIVE)
                    else:
                        self._kill(person)
            losses = min(p.combat_loss_rate * r.B, engaged) * truce
            if self.foreign(r):
                r.R = max(0.0, r.R - losses)
            else:
                self.regime_losses += losses
            m = p.combat_kill_rate * engaged * (1 - mu) * (1 - density) * (1 + p.area_effect * r.a) * truce / r.wbar
            cases = poisson(m, uniform(self.draw(S_BYSTANDER, (r.tag, 0))[0]))
            for j in range(cases):
                person = self.people[r.first + pick(r.slots, self.draw(S_BYSTANDER, (r.tag, j), 1)[0])]
                if person.state in (Q, V) and not person.hit and person.role != SOLDIER:
                    self._kill(person)

    def _open_arrests(self) -> None:
        for person in self.people:
            if person.state == V and not person.hit:
                r = self.provinces[person.body.place]
                if chance(person.body.risk * r.u_arr * r.f_open, self.draw(S_OPEN, person)[0]):
                    self._arrest(person, OPEN)

    def _named_arrests(self) -> None:
        """Every entry is judged by the state before this stage, so the order of the list has no effect."""
        kept, taken = [], []
        for accuser, ordinal, copy, age, target in self.inbox:
            person = self.people[target]
            if person.state in (DETAINED, CAMP, EXILE, EXECUTED, DEAD, HOSTAGE, ABROAD):
                continue
            if person.state in (Q, V) and not person.hit:
                sub = ordinal << 10 | copy << 4 | age
                word = self.draw(S_NAMED, self.people[accuser], sub)[0]
                if chance(self.provinces[person.body.place].f_named, word):
                    taken.append(person)
                    continue
            if age + 1 <= self.p.names_inbox_weeks:
                kept.append((accuser, ordinal, copy, age + 1, target))
        self.inbox = kept
        for person in taken:
            if person.state in (Q, V):
                self._arrest(person, NAMED)

    def _self_generated(self) -> None:
        """E14."""
        for r in self.provinces:
            self._own_cases(r, r.self_generated, SELF, S_SELF_COUNT, S_SELF_TARGET, S_DOSSIER)

    def _own_cases(self, r: Province, number: float, origin: int, counting: int, targets: int, dossiers: int) -> None:
        """Cases of the apparatus's own making, for itself (E14) or for a limit (E43)."""
        cases = poisson(number / r.wbar, uniform(self.draw(counting, (r.tag, 0))[0]))
        for j in range(cases):
            want = chance(self.p.apparatus_aim * r.q, self.draw(targets, (r.tag, j))[0])
            person = self._choose(
                r.first,
                r.slots,
                want,
                lambda block, j=j: self.draw(targets, (r.tag, j), block + 1),
                lambda block, j=j: self.draw(dossiers, (r.tag, j), block + 1),
            )
            if person is None or person.hit or person.role == SOLDIER:
                continue
            if person.state in (Q, V):
                self._arrest(person, origin)

    def _famine(self) -> None:
        for c, body in enumerate(self.communities):
            lam = self.p.food_famine_death * (self.famine_rural if body.comfort else self.famine_city)
            community = (self.layout.strata[self.community_stratum[c]].tag, 64 * self.community_ordinal[c])
            cases = poisson(lam * 64, uniform(self.draw(S_FAMINE, community)[0]))
            for j in range(cases):
                person = self.people[64 * c + pick(64, self.draw(S_FAMINE, community, 1 + j)[0])]
                if person.state in (Q, V) and not person.hit and person.role != SOLDIER:
                    person.state, person.hit, person.grief = DEAD, True, 0
                    self._record("famine_deaths", person)

    # --- custody, names, sentence, camps, exile (section 4.6) ---------------------------------------------------------------------

    def _custody(self) -> None:
        self.accusations: list[Person] = []
        for c in range(len(self.communities)):
            self._condemned(c)
            for person in self.people[64 * c : 64 * c + 64]:
                if person.state != DETAINED or person.hit or person.condemned:
                    continue
                r = self.provinces[person.body.place]
                p = self.row(r)
                tau, p_confession, mean_names = self._interrogation(r.holder)
                end, confession, number, _ = self.draw(S_CUSTODY, person)
                if not chance(1 / p.repression_custody_weeks, end):
                    continue
                person.hit = True
                if chance(p_confession, confession):
                    names = negbin(mean_names, p.names_dispersion, uniform(number))
                    for k in range(names):
                        self._name(person, k, tau)
                self._sentence(person)
        for person in self.accusations:
            self._add_dossier(person, 1)

    def _interrogation(self, side: int) -> tuple[float, float, float]:
        """E11, E45, of the regime (0) or the rival (1): duress, chance of a confession, mean of names."""
        p = self.rows[side]
        tau = p.repression_torture if self._on_of(side, "torture") else 0.0
        p_confession = 1 - (1 - p.names_confession_base) * math.exp(-tau / p.names_confession_scale)
        return tau, p_confession, p.names_base + p.names_per_torture * tau * (1 - self.legality(side))

    def _name(self, person: Person, k: int, tau: float) -> None:
        """E11: one name given in custody, in as many copies as its weight asks for."""
        p = self.row(self.provinces[person.body.place])
        first, slots, wbar = self._pool_of_slots(person, k)
        copies = 1
        if wbar > 0:
            ratio = self.weights[person.stratum] / wbar
            if ratio != 1:
                copies = min(63, math.floor(ratio + uniform(self.draw(S_NAME_WEIGHT, person, k)[0])))
        q = self.provinces[person.body.place].q
        for copy in range(copies):
            _, aim, _, repeated = self.draw(S_NAME, person, k << 6 | copy)
            want = chance(p.names_true_share * q * math.exp(-tau / p.names_torture_dilution), aim)
            target = self._choose(
                first,
                slots,
                want,
                lambda block, copy=copy: self.draw(S_NAME_TARGET, person, k << 10 | copy << 4 | block),
                chooser=person,
            )
            if target is None:
                continue
            self.accusations.append(target)
            if not chance(p.names_repeated, repeated) and self._is_acted_on(person, k, copy, target):
                self.inbox.append((person.index, k, copy, 0, target.index))

    def _is_acted_on(self, person: Person, k: int, copy: int, target: Person) -> bool:
        """Keyed by the accuser and the number of the name, never by the target: two accusations of one person are two draws."""
        del target
        r = self.provinces[person.body.place]
        acted_on = self.row(r).names_acted_on if self.on("coerced_names", r) else 0.0
        return chance(acted_on, self.draw(S_NAME, person, k << 6 | copy)[2])

    def _pool_of_slots(self, person: Person, k: int) -> tuple[int, int, float]:
        """First slot, number of slots and mean weight (0: exactly the person's own)."""
        p, r = self.p, self.provinces[self.layout.strata[person.stratum].province]
        v = uniform(self.draw(S_NAME, person, k << 6)[0])
        if person.insider:
            if v < p.names_insider_circle:
                if r.circle_slots == 0:
                    return r.first, r.slots, r.wbar
                return r.circle_first, r.circle_slots, r.circle_N / r.circle_slots
            v = (v - p.names_insider_circle) / (1 - p.names_insider_circle)
        if v < p.names_community:
            return 64 * person.community, 64, 0.0
        v2 = (v - p.names_community) / (1 - p.names_community)
        if v2 < p.names_settlement:
            first, communities = self.settlement_of[person.community]
            return 64 * first, 64 * communities, 0.0
        return r.first, r.slots, r.wbar

    def _sentence(self, person: Person) -> None:
        """E15, E39, E45, E53."""
        r = self.provinces[person.body.place]
        p = self.row(r)
        conviction, sentence, internment, appeal = self.draw(S_SENTENCE, person)
        if chance(self._acquittal(person), appeal):
            person.state = Q
            self._record("released", person)
            return
        captive = person.origin == CAPTIVE
        person_state = Q
        if captive or chance(p.repression_conviction, conviction):
            if person.insider:
                person.role, person.expelled = URBAN, True
            pe = (
                p.repression_share_executed
                * r.execution_use
                * (1 + p.repression_dossier_severity * self._dossier(person))
            )
            pc = p.repression_share_camp * r.u[CAMPING]
            px = p.repression_share_exile * r.u[EXILING]
            if captive:
                pe, pc, px = p.captives_executed, p.captives_camp, p.captives_exile
            if not self.on("executions", r):
                pc, pe = pc + pe, 0.0
            if not self.on("camps", r):
                px, pc = px + pc, 0.0
            if not self.on("exile", r):
                px = 0.0
            pe = min(1, pe)
            pc = min(pc, 1 - pe)
            px = min(px, 1 - pe - pc)
            pa = min(p.deportation_share if self.on("deportation", r) else 0.0, 1 - pe - pc - px)
            if chance(pe, sentence):
                if p.repression_execution_delay >= 1:
                    person.condemned = True  # E38: stays in custody
                else:
                    self._execute(person, voiced=person.origin == OPEN)
                return
            if chance(pe + pc, sentence):
                person_state = CAMP
                self._record("camp_sentences", person)
            elif chance(pe + pc + px, sentence):
                person_state = EXILE
                self._record("exile_sentences", person)
            elif chance(pe + pc + px + pa, sentence):
                person_state = ABROAD
                self._record("deported", person)
        elif chance(p.repression_share_interned * r.u[CAMPING], internment):
            if self.on("camps", r):
                person_state = CAMP
                self._record("interned", person)
            elif self.on("exile", r):
                person_state = EXILE
                self._record("interned", person)
        person.state = person_state
        if person_state == Q:
            self._record("released", person)

    def _camps_and_exile(self) -> None:
        """E16."""
        p = self.p
        pd = p.camp_death * (1 + (p.camp_famine_factor - 1) * self.famine_city)
        release = min(1, p.camp_release + p.amnesty_release * self.amnesty())
        for person in self.people:
            if person.hit or person.state not in (CAMP, EXILE):
                continue
            if person.state == CAMP:
                word = self.draw(S_CAMP, person)[0]
                if chance(pd, word):
                    person.state, person.hit, person.grief = DEAD, True, 0
                    self._grieve(person, 8)
                    self._record("camp_deaths", person)
                elif chance(pd + release, word):
                    person.state, person.hit = Q, True
                    self._record("released", person)
            elif chance(p.exile_return, self.draw(S_EXILE, person)[0]):
                person.state, person.hit = Q, True
                self._record("released", person)

    # --- emotions and decisions (section 4.7) -------------------------------------------------------------------------------------

    def _emotions(self) -> None:
        """E23, E24, E25."""
        for body in self.communities + self.pools:
            r = self.provinces[body.place]
            p, z = self.row(r), self.censored(r)
            seen = (
                body.arrests
                + p.emotion_exposure_execution * body.executed * (1 + p.emotion_publicity * p.emotion_public_share)
                + body.killed
                + p.emotion_exposure_burnt * body.burnt
            )
            body.exposure = seen / body.people if body.people > 0 else 0.0
            x = body.exposure + p.emotion_exposure_province * (1 - z) * r.X_mean + p.threats_exposure * r.announced
            s = 1 - math.exp(-p.emotion_exposure_gain * x)
            bracket = 0.0
            if body.hits > 0:
                bracket = min(
                    1, (1 - body.hits_opposed / body.hits) + p.emotion_overt_backlash * body.hits_voice / body.hits
                )
            gross = p.emotion_anger_gain * (1 - body.anger) * s * bracket
            hardship = self.hardship[body.hardship] - self.hardship_reference[body.hardship]
            comfort = p.emotion_concession_comfort * self.c if body.comfort and r.holder == 0 else 0.0
            body.fear = single(body.fear + p.emotion_fear_gain * (1 - body.fear) * s - p.emotion_fear_decay * body.fear)
            body.anger = single(body.anger + gross - p.emotion_anger_decay * body.anger)
            shift = (
                body.shift
                + p.emotion_injustice * gross
                + p.emotion_hardship * hardship
                - comfort
                - self._reversion(body)
            )
            body.shift = single(self._further_shift(body, shift, s))

    def _decisions(self) -> None:
        """E4 to E7, with grief."""
        severity = []
        for r in self.provinces:
            p = self.row(r)
            used = [*r.u[:EXECUTION], r.execution_use]
            arrest, exile, camp, execution = (
                u if self.on(switch, r) else 0.0 for u, switch in zip(used, SWITCH_OF, strict=True)
            )
            severity.append(
                p.decision_severity_base
                + p.decision_severity_scale * (0.2 * arrest + 0.4 * exile + 0.6 * camp + 1.0 * execution)
                + p.threats_severity * r.announced
            )
        for person in self.people:
            if not person.adult or not person.alive:
                continue
            decay = self.row(self.provinces[person.body.place]).emotion_grief_decay
            if person.grief > 0 and chance(decay, self.draw(S_GRIEF, person)[0]):
                person.grief -= 1
            if person.free and not person.hit:
                self._decide(person, severity[person.body.place])

    def _decide(self, person: Person, severity: float) -> None:
        body, r = person.body, self.provinces[person.body.place]
        p, kind = self.row(r), self.communities[person.community].kind
        if person.state == G:
            if chance(self._surrender(person), self.draw(S_LAY_DOWN, person)[0]):
                person.state = Q
            return
        perceived = min(1, p.decision_risk_bias * body.risk * r.u_arr * r.f_last)
        rho = perceived * severity * (1 + p.decision_fear_weight * body.fear)
        kappa = 2 * p.decision_risk_aversion * person.u_risk
        psi = p.decision_rally_weight if person.insider and kind in ("party", "cadre") else 0.0
        base = body.shift + p.decision_anger_weight * body.anger + p.decision_social_weight * body.visible
        lead = (
            person.margin / 8192
            + base
            + p.decision_anger_weight * person.grief / 15
            - kappa * rho
            - psi * self.S
            - p.hostages_weight * self._kin_at_risk(person, perceived)
        )
        if person.state == Q:
            if lead > 0:
                person.state, person.ever_voice = V, True
                self._add_dossier(person, 1)
        elif lead <= 0:
            person.state = Q
        else:
            p_arm = 1 - math.exp(-p.arming_rate * r.weapons * body.anger * (1 - p.arming_voice_channel))
            refuses = person.role == SOLDIER and body.refusing > 0
            if refuses or chance(p_arm, self.draw(S_ARMING, person)[0]):
                person.state, person.ever_armed = G, True

    # --- counts, danger, control, refusal, collapse (section 4.8) -----------------------------------------------------------------

    def _count(self) -> None:
        bodies = self.communities + self.pools
        for body in bodies:
            body.free = body.voice = body.armed = 0
        for person in self.people:
            if person.adult and person.free:
                person.body.free += 1
                person.body.voice += person.state == V
                person.body.armed += person.state == G
        for pool in self.pools:
            pool.refusing = pool.refusing + 1 if share(pool.voice + pool.armed, pool.free) > 1 / 2 else 0
        self._count_settlements()
        self._count_places()
        weight = [0.0] * len(self.provinces)
        for r in self.provinces:
            r.fear_mean = r.X_mean = 0.0
        for body, s in zip(self.communities, self.community_stratum, strict=True):
            r = self.provinces[body.place]
            r.fear_mean += self.weights[s] * body.fear
            r.X_mean += self.weights[s] * body.exposure
            weight[body.place] += self.weights[s]
        for r, w in zip(self.provinces, weight, strict=True):
            r.fear_mean, r.X_mean = share(r.fear_mean, w), share(r.X_mean, w)

    def _count_places(self) -> None:
        """Represented sums: over strata in order; in each first civilians (to their province), then soldiers (to their place)."""
        free, dissent, voice, armed, rural, rural_dissent = ([0.0] * len(self.provinces) for _ in range(6))
        nation_free, nation_dissent = [0.0, 0.0], [0.0, 0.0]  # what is not foreign, what is foreign
        self.B = 0.0
        for s, row in enumerate(self.layout.strata):
            own = [body for body, k in zip(self.communities, self.community_stratum, strict=True) if k == s]
            parts = [(row.province, own)]
            if row.pool >= 0:
                parts.append((self.pools[row.pool].place, [self.pools[row.pool]]))
            totals = [[0, 0, 0], [0, 0, 0]]
            for place, bodies in parts:
                f, v, g = (sum(getattr(body, name) for body in bodies) for name in ("free", "voice", "armed"))
                free[place] += row.weight * f
                dissent[place] += row.weight * (v + g)
                voice[place] += row.weight * v
                armed[place] += row.weight * g
                if bodies is own and row.kind in ("village", "homes"):
                    rural[place] += row.weight * f
                    rural_dissent[place] += row.weight * (v + g)
                side = int(self.foreign(self.provinces[place]))
                totals[side] = [a + b for a, b in zip(totals[side], (f, v, g), strict=True)]
            for side in (0, 1):
                nation_free[side] += row.weight * totals[side][0]
                nation_dissent[side] += row.weight * (totals[side][1] + totals[side][2])
            self.B += row.weight * totals[0][2]
        self.y_nation, self.y_foreign = (share(nation_dissent[side], nation_free[side]) for side in (0, 1))
        for index, r in enumerate(self.provinces):
            r.free, r.B = free[index], armed[index]
            r.y = share(dissent[index], free[index])
            r.rural_dissent = share(rural_dissent[index], rural[index])
            r.voice_now, r.armed_adults_now = share(voice[index], free[index]), share(armed[index], free[index])

    def _control(self) -> None:
        for index, r in enumerate(self.provinces):
            p = self.row(r)
            soldiers = refusing = staying = 0.0
            for pool, row in zip(self.pools, self.layout.pools, strict=True):
                if pool.place == index:
                    soldiers += row.soldiers
                    if pool.refusing > 0:
                        refusing += row.soldiers
                    else:
                        staying += row.soldiers
            loyal = r.M * (1 - share(refusing, soldiers)) + staying
            simulated = sum(body.armed for body in self.communities + self.pools if body.place == index)
            armed, force = r.B, loyal + r.O
            if self.foreign(r):
                self._driven_out(r, simulated)
            elif r.control:
                r.control = not (armed > p.control_ratio * force and simulated >= 10)
            else:
                r.control = armed < 0.5 * p.control_ratio * force or armed == 0

    def _danger(self) -> None:
        p = self.p
        pressed = self.strength if self.on("fronts") and not self.taken else self.W
        self.lost = 1 - sum(r.N for r in self.provinces if r.control) / self.N
        self.S = 1 / (
            1
            + math.exp(
                -(
                    p.danger_base
                    + p.danger_lost * self.lost
                    + p.danger_armed * self.B / max(self.M, 1)
                    + p.danger_front * pressed
                )
            )
        )

    def _collapse(self) -> None:
        """E34: the first condition that holds is the cause."""
        p = self.p
        loyal_army = self.M * (1 - self._refusing_share())
        army_lost = self.W > 0.2 and loyal_army < p.collapse_army_share * p.collapse_army_need * self.W * self.N
        self.weeks_territory = self.weeks_territory + 1 if 1 - self.lost < p.collapse_control_share else 0
        self.weeks_army = self.weeks_army + 1 if army_lost else 0
        self.weeks_ration = self.weeks_ration + 1 if self.f_u < p.collapse_ration else 0
        capital = [row for row in self.layout.capitals if row.week <= self.week]
        conditions = (
            self.weeks_territory >= p.collapse_control_weeks,
            bool(capital)
            and (
                self.pools[capital[-1].pool].refusing >= p.collapse_capital_weeks
                or not self.provinces[capital[-1].province].control
            ),
            self.weeks_army >= p.collapse_army_weeks,
            not self.taken
            and self._dissent_of(lambda person: person.role == CADRE and not self.is_foreign(person), (V, G))
            > p.collapse_cadre_share,
            self.weeks_ration >= p.collapse_ration_weeks
            and self._dissent_of(self._is_factory, (V,)) > p.collapse_worker_share,
            self.y_nation > p.collapse_nation_share,
        )
        for number, holds in enumerate(conditions, start=1):
            if holds:
                self.alive, self.cause = False, number
                return

    def _remember(self) -> None:
        """The row of the report that the centre will read, and the acceptance that will be expected."""
        for r in self.provinces:
            r.voice_history.append(r.voice_now)
            r.armed_adults_history.append(r.armed_adults_now)
            r.armed_history.append(r.B / r.N)
            r.f_last = r.f_open

    def _is_factory(self, person: Person) -> bool:
        return self.layout.strata[person.stratum].kind == "factory" and not self.is_foreign(person)

    def _sum(self, test: Callable[[Person], bool]) -> float:
        """Persons of the country who pass a test: over strata in order, weight times a whole number."""
        counts = [0] * len(self.weights)
        for person in self.people:
            counts[person.stratum] += test(person)
        return sum(w * n for w, n in zip(self.weights, counts, strict=True))

    def _dissent_of(self, who: Callable[[Person], bool], states: tuple[int, ...]) -> float:
        free = self._sum(lambda person: person.adult and person.free and who(person))
        return share(self._sum(lambda person: person.adult and person.state in states and who(person)), free)

    def _reproduction(self) -> None:
        """E12: R_d, before capacity."""
        p = self.rows[self.taken]
        _, p_confession, mean_names = self._interrogation(self.taken)
        p_acted_on = p.names_acted_on if self._on_of(self.taken, "coerced_names") else 0.0
        b = p_confession * mean_names * p_acted_on * (1 - p.names_repeated)
        insiders = self._sum(lambda person: person.adult and person.insider)
        others = self._sum(lambda person: person.adult and not person.insider)
        free_in = share(self._sum(lambda person: person.adult and person.insider and person.free), insiders)
        free_other = share(self._sum(lambda person: person.adult and not person.insider and person.free), others)
        s = share(insiders, insiders + others)
        h, k, l = p.names_insider_circle, p.names_community, p.names_settlement  # noqa: E741  (as in the page)
        ii = b * (h + (1 - h) * (k + (1 - k) * (l + (1 - l) * s))) * free_in
        io = b * (1 - h) * (1 - k) * (1 - l) * (1 - s) * free_other
        oi = b * (1 - k) * (1 - l) * s * free_in
        oo = b * (k + (1 - k) * (l + (1 - l) * (1 - s))) * free_other
        self.r_d = (ii + oo) / 2 + math.sqrt((ii - oo) ** 2 / 4 + io * oi)

    # --- what can be seen ---------------------------------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, list[Any]]:
        """The whole state as plain lists, in storage order."""
        people, communities, pools, provinces = self.people, self.communities, self.pools, self.provinces
        result: dict[str, list[Any]] = {name: [int(getattr(person, name)) for person in people] for name in PERSONAL}
        for name in ("fear", "anger", "shift"):
            result[name] = [getattr(body, name) for body in communities]
            result[f"pool_{name}"] = [getattr(pool, name) for pool in pools]
        result["pool_refusing"] = [pool.refusing for pool in pools]
        result["officers"] = [r.O for r in provinces]
        result["threat"] = [r.Theta for r in provinces]
        result["use"] = [list(r.u) for r in provinces]
        result["accept_open"] = [r.f_last for r in provinces]
        for name in ("queue", "load", "control", "fear_mean"):
            result[name] = [getattr(r, name) for r in provinces]
        result["exposure_mean"] = [r.X_mean for r in provinces]
        result |= self._instruments_snapshot() | self._sides_snapshot()
        result |= {f"total_{name}": self.ever.get(name, [0] * len(self.weights)) for name in EVENTS}
        result |= {"concession": [self.c], "stock": [self.stock], "harvest": [self.h]}
        result |= {"collecting": [self.collecting], "danger": [self.S], "inbox": sorted(self.inbox)}
        return result

    def totals(self) -> dict[str, float]:
        """Stocks, this week's flows and cumulative figures in persons of the country."""

        def in_state(state: int) -> float:
            return self._sum(lambda person: person.adult and person.state == state)

        def booked(book: dict[str, list[int]], name: str) -> float:
            return sum(w * n for w, n in zip(self.weights, book.get(name, [0] * len(self.weights)), strict=True))

        result = {
            "open_dissent": in_state(V),
            "armed": in_state(G),
            "free_adults": self._sum(lambda person: person.adult and person.free),
            "detained": in_state(DETAINED),
            "in_camp": in_state(CAMP),
            "in_exile": in_state(EXILE),
            "hostages": in_state(HOSTAGE),
            "abroad": in_state(ABROAD),
            "informers": sum(r.informers for r in self.provinces),
            "foreigners": self.foreigners,
        }
        for name in ("executed", "camp_deaths", "combat_deaths", "famine_deaths", "hostages_executed", "burnt_deaths",
                     "killed_abroad"):  # fmt: skip
            result[f"{name}_total"] = booked(self.ever, name)
        for name in ("arrests_open", "arrests_named", "arrests_self", "executed", "camp_sentences", "exile_sentences",
                     "interned", "released", "camp_deaths", "combat_deaths", "famine_deaths", "arrests_informer", "arrests_quota",
                     "arrests_captive", "expelled", "deserted", "returned", "conscripted", "exits", "deported", "recruited"):  # fmt: skip
            result[name] = booked(self.flow, name)
        result["hostages_taken"] = booked(self.flow, "hostages")
        result["officers"] = sum(r.O for r in self.provinces)
        result |= {"r_d": self.r_d, "ration": self.ration, "danger": self.S, "regime_losses": self.regime_losses}
        return result | self._sides_totals()
