"""The instruments beyond the core, slowly: what docs/instruments.md says, in its order, written from that page alone.

`week.py` calls these rules where the page says that they stand; where an instrument changes a formula of the core, that formula has its
terms there.
"""

from __future__ import annotations

import math
from typing import Any

from tests.reference.parts import (
    ABROAD,
    ARRESTS,
    CADRE,
    CAMP,
    DEAD,
    DETAINED,
    EXILE,
    HOSTAGE,
    INFORMER,
    OPEN,
    PARTY,
    PEASANT,
    QUOTA,
    RUNGS,
    S_ABROAD,
    S_BURNING,
    S_BURNT_HOUSE,
    S_CONDEMNED,
    S_CONSCRIPTION,
    S_DESERTION,
    S_EXIT_COUNT,
    S_EXIT_TARGET,
    S_EXPULSION,
    S_HOSTAGE,
    S_HOSTAGE_END,
    S_IN_BURNT_HOUSE,
    S_INFORMER_COUNT,
    S_INFORMER_TARGET,
    S_QUOTA_COUNT,
    S_QUOTA_DOSSIER,
    S_QUOTA_TARGET,
    S_RETURN,
    SOLDIER,
    URBAN,
    Body,
    G,
    Person,
    Province,
    Q,
    V,
    chance,
    pick,
    poisson,
    uniform,
)


class InstrumentRules:
    """Methods of `ReferenceWorld` for E35 to E53; parameters and switches of a place are those of who holds it (E55)."""

    # --- fear and force -----------------------------------------------------------------------------------------------------------

    def _start_instruments(self, r: Province) -> None:
        """Where everything starts: rungs at their base, credibility as given, no informers, no limit, nobody executed or arrested."""
        p = self.p
        r.credibility = p.threats_credibility
        for name in RUNGS:
            r.rung[name] = float(getattr(p, f"{name}_base"))
        adults = [0] * len(self.weights)
        for person in self.people:
            adults[person.stratum] += person.adult
        for s, row in enumerate(self.layout.strata):
            if self.provinces[row.province] is r and row.kind == "cadre":
                r.cadres += self.weights[s] * adults[s]

    def _home(self, person: Person) -> Province:
        """The province where a person is stored."""
        return self.provinces[self.layout.strata[person.stratum].province]

    def _last_week(self) -> None:
        """Sums over the strata stored in a province of last week's events, and who is abroad."""
        for r in self.provinces:
            r.executed_last = r.arrests_last = 0.0
        for s, row in enumerate(self.layout.strata):
            r, w = self.provinces[row.province], self.weights[s]
            r.executed_last += w * self._events_of("executed", s)
            r.arrests_last += w * self._arrests_of(s)
        for r in self.provinces:
            r.petition = min(1, r.arrests_last / max(1, r.cadres) / self.row(r).petitions_scale)
        self.abroad = self._sum(lambda person: person.state == ABROAD)

    def _events_of(self, name: str, stratum: int) -> int:
        return self.flow[name][stratum] if name in self.flow else 0

    def _arrests_of(self, stratum: int) -> int:
        return sum(self._events_of(name, stratum) for name in ARRESTS.values())

    def _rungs(self) -> None:
        """E40, E49, E50: further rungs of the ladder, which move whether or not they are used."""
        for r in self.provinces:
            p = self.row(r)
            for name in RUNGS:
                threshold, bottom, ceiling = (
                    float(getattr(p, f"{name}_{what}")) for what in ("threshold", "base", "ceiling")
                )
                r.rung[name] = self._climb(r, r.rung[name], threshold, bottom, ceiling)
            self._mask_rungs(r)

    def _mask_rungs(self, r: Province) -> None:
        """What is used of the further rungs."""
        r.u_H = r.rung["hostages"] if self.on("hostages_kin", r) else 0.0
        r.u_v = r.rung["villages"] if self.on("village_destruction", r) else 0.0
        r.A = r.rung["area"] if self.on("area_weapon_announced", r) else 0.0
        r.a = r.rung["area"] if self.on("area_weapon_used", r) else 0.0

    def _threats(self) -> None:
        """E35."""
        for r in self.provinces:
            p = self.row(r)
            s = r.Theta * r.Theta / (r.Theta * r.Theta + p.threats_threshold * p.threats_threshold)
            local = min(1, r.y / p.threats_local_dissent)
            r.T = min(1, p.threats_centre * s + p.threats_local * local) if self.on("threats", r) else 0.0
            if r.T > 0.01:
                carried = 1 if r.executed_last >= p.threats_carried_rate * r.T * r.N else 0
                r.credibility = r.credibility + p.threats_learning * (carried - r.credibility)
            r.announced = r.T * r.credibility + p.area_announcement * r.A

    def _condemned(self, community: int) -> None:
        """E38: those of a community who wait for their execution."""
        p = self.p
        for person in self.people[64 * community : 64 * community + 64]:
            if person.state != DETAINED or person.hit or not person.condemned:
                continue
            if not chance(1 / max(1, p.repression_execution_delay), self.draw(S_CONDEMNED, person)[0]):
                continue
            person.condemned = False
            r = self.provinces[person.body.place]
            if self.on("executions", r):
                self._execute(person, voiced=person.origin == OPEN)
                continue
            person.hit = True
            if self.on("camps", r):
                person.state = CAMP
                self._record("camp_sentences", person)
            elif self.on("exile", r):
                person.state = EXILE
                self._record("exile_sentences", person)
            else:
                person.state = Q
                self._record("released", person)

    def _demand_hostage(self, index: int, left: float) -> None:
        """E40: what is left of capacity for hostages."""
        r = self.provinces[index]
        demand = 0.0
        for s, row in enumerate(self.layout.strata):
            if row.province != index:
                continue
            armed = sum(body.armed for body, k in zip(self.communities, self.community_stratum, strict=True) if k == s)
            soldier_armed = self.pools[row.pool].armed if row.pool >= 0 else 0
            demand += row.weight * (armed + soldier_armed) * r.u_H * self.row(r).hostages_rate
        r.f_hostage = 1.0 if demand <= 0 else min(1, left / demand)

    def _take_hostages(self) -> None:
        """E40: taken."""
        for person in self.people:
            if person.state != G:
                continue
            r = self._home(person)
            taken, which, _, _ = self.draw(S_HOSTAGE, person)
            if not chance(self.p.hostages_rate * r.u_H * r.f_hostage, taken):
                continue
            member = person.household[pick(len(person.household), which)]
            if member is person or not member.adult or member.state != Q or member.hit or member.role == SOLDIER:
                continue
            self._count_hit(member, voice=False)
            member.body.arrests += 1
            member.state = HOSTAGE
            self._grieve(member, 4)
            self._record("hostages", member)

    def _held_hostages(self) -> None:
        """E40: held."""
        p = self.p
        for person in self.people:
            if person.state != HOSTAGE or person.hit:
                continue
            word = self.draw(S_HOSTAGE_END, person)[0]
            if not any(member.state == G for member in person.household):
                if chance(p.hostages_release, word):
                    person.state, person.hit = Q, True
                    self._record("released", person)
            else:
                home = self._home(person)
                use = home.execution_use if self.on("executions", home) else 0.0
                if chance(p.hostages_executed * use, word):
                    self._execute(person, voiced=False)
                    self._record("hostages_executed", person)

    def _surrender(self, person: Person) -> float:
        """E7 with E52 (amnesty) and E40 (pressure): the chance of laying down arms."""
        p = self.p
        lay_down = min(1, p.arming_lay_down + p.amnesty_surrender * self.amnesty())
        if any(member.state == HOSTAGE for member in person.household):
            lay_down = min(1, lay_down + p.hostages_surrender)
        return lay_down

    def _kin_at_risk(self, person: Person, perceived: float) -> float:
        """E40 in E6."""
        u_H = self._home(person).u_H
        if u_H == 0:
            return 0.0
        kin = sum(member.free for member in person.household if member is not person)
        return kin / len(person.household) * u_H * perceived

    def _count_settlements(self) -> None:
        """A settlement has risen while more than 5 % of the free adults who live there, soldiers too, are armed (glossary)."""
        for settlement in self.settlements:
            first, end = 64 * settlement.first, 64 * (settlement.first + settlement.communities)
            adults = [person for person in self.people[first:end] if person.adult and person.free]
            settlement.risen = sum(person.state == G for person in adults) > 0.05 * len(adults)

    def _burning(self) -> None:
        """E49."""
        p = self.p
        for settlement in self.settlements:
            row = self.layout.strata[settlement.stratum]
            if row.kind not in ("village", "homes") or not settlement.risen:
                continue
            first, end = 64 * settlement.first, 64 * (settlement.first + settlement.communities)
            use = self.provinces[row.province].u_v
            if not chance(p.villages_rate * use, self.draw(S_BURNING, self.people[first])[0]):
                continue
            for person in self.people[first:end]:
                if person is person.household[0] and chance(p.villages_share, self.draw(S_BURNT_HOUSE, person)[0]):
                    self._burn(person.household)

    def _burn(self, household: list[Person]) -> None:
        body = self.communities[household[0].community]
        body.burnt += 1
        body.hits += 1
        body.hits_opposed += any(member.ever_armed for member in household)
        for member in household:
            if member.adult and member.alive:
                member.grief = min(15, member.grief + 3)
        for member in household:
            if member.adult:
                inside = member.state in (Q, V) and not member.hit and member.role != SOLDIER
            else:
                inside = member.alive
            if inside and chance(self.p.villages_death, self.draw(S_IN_BURNT_HOUSE, member)[0]):
                if member.adult:
                    self._kill(member, "burnt_deaths")
                else:
                    member.state = DEAD

    # --- eyes and paper -----------------------------------------------------------------------------------------------------------

    def _recruit_informers(self, r: Province) -> None:
        """E42."""
        p = self.row(r)
        goal = 0.0
        if self.on("informers", r) and (r.control or self.foreign(r)):
            goal = min(p.informers_per_person * r.N, p.informers_per_officer * r.O)
        r.informers = r.informers + p.informers_speed * (goal - r.informers)

    def _demand_informer(self, r: Province, left: float) -> tuple[float, float]:
        """E42: reports, and the share of them that is served."""
        p = self.row(r)
        demand = r.informers * p.informers_reports if self.on("informers", r) else 0.0
        f = 1.0 if demand <= 0 else min(1, left / demand)
        r.informer_cases = demand * f
        r.informer_precision = p.informers_precision * (1 - p.informers_idle * (1 - r.load))  # load of last week
        return demand, f

    def _informers_cases(self) -> None:
        """E42: arrests on reports."""
        for r in self.provinces:
            cases = poisson(r.informer_cases / r.wbar, uniform(self.draw(S_INFORMER_COUNT, (r.tag, 0))[0]))
            for j in range(cases):
                want = chance(r.informer_precision, self.draw(S_INFORMER_TARGET, (r.tag, j))[0])
                person = self._choose(
                    r.first,
                    r.slots,
                    want,
                    lambda block, r=r, j=j: self.draw(S_INFORMER_TARGET, (r.tag, j), block + 1),
                )
                if person is None or person.hit or person.role == SOLDIER:
                    continue
                if person.state in (Q, V):
                    self._arrest(person, INFORMER)

    def _quota(self, r: Province, left: float) -> None:
        """E43: the limit of this week, and how far it is fulfilled."""
        p = self.row(r)
        if not self.on("quotas", r):
            r.L = 0.0
        elif r.L == 0:
            r.L = p.quotas_start * r.N
        elif r.fulfilled:
            r.L = min(p.quotas_cap * r.N, r.L * (1 + p.quotas_growth * p.quotas_approval))
        r.quota_cases = min(r.L, max(0, left - r.self_generated))
        r.fulfilled = r.quota_cases >= r.L and r.L > 0

    def _quota_cases(self) -> None:
        """E43: as the self-generated."""
        for r in self.provinces:
            self._own_cases(r, r.quota_cases, QUOTA, S_QUOTA_COUNT, S_QUOTA_TARGET, S_QUOTA_DOSSIER)

    def legality(self, side: int) -> float:
        """E45, of the regime (0) or the rival (1)."""
        return self.rows[side].legality_level if self._on_of(side, "legality") else 0.0

    def _acquittal(self, person: Person) -> float:
        """E45, E46: chance of acquittal."""
        r = self.provinces[person.body.place]
        mild = 0.0 if person.opposed else self.legality(r.holder)
        return mild + (1 - mild) * self.row(r).petitions_release

    def censored(self, r: Province) -> float:
        """E48: z."""
        return self.row(r).censorship_level if self.on("censorship", r) else 0.0

    def _further_shift(self, body: Body, shift: float, s: float) -> float:
        """The last terms of E25: petitions (E46), voice abroad (E53), talks (E56), the message (E47)."""
        r = self.provinces[body.place]
        p = self.row(r)
        if body.kind == "cadre":
            shift = shift + p.petitions_doubt * r.petition
        shift = shift + p.abroad_echo * self.voice_abroad * (1 - self.censored(r))
        shift = shift - p.negotiation_comfort * r.talks
        prop = p.propaganda_level if self.on("propaganda", r) else 0.0
        if prop > 0:
            shift = shift + prop * (p.propaganda_dissonance * s - p.propaganda_effect * (1 - s))
        return shift

    # --- roles and exits ----------------------------------------------------------------------------------------------------------

    def _expulsion(self) -> None:
        """E51."""
        for person in self.people:
            if person.role not in (PARTY, CADRE) or not person.free or person.hit:
                continue
            r = self.provinces[person.body.place]
            p = self.row(r)
            b = 1 if self.on("faction_ban", r) and person.state == V else 0
            q = 1 if self.on("purge", r) else 0
            chance_of_it = min(1, b * p.party_expulsion + q * (p.purge_rate + p.purge_dossier * self._dossier(person)))
            if chance(chance_of_it, self.draw(S_EXPULSION, person)[0]):
                person.role, person.expelled = URBAN, True
                self._add_dossier(person, 1)
                self._record("expelled", person)

    def amnesty(self) -> float:
        """E52: am."""
        return self.p.amnesty_level if self.on("amnesty") else 0.0

    def _army(self) -> None:
        """E52."""
        for person in self.people:
            row = self.layout.strata[person.stratum]
            if row.kind != "homes" or not person.adult or person.hit or person.state != Q:
                continue
            if person.role == SOLDIER:
                self._may_desert(person)
            elif person.deserter:
                self._may_return(person)
            elif person.role == PEASANT:
                self._may_be_called_up(person)

    def _may_desert(self, person: Person) -> None:
        p, pool = self.p, person.body
        lead = person.margin / 8192 + pool.shift + p.decision_anger_weight * pool.anger
        mood = min(1, max(0, 0.5 + lead))
        leaving = (
            p.army_desertion
            * mood
            * (1 + p.army_hunger * (1 - self.f_a))
            * math.exp(-p.hostages_weight * self._home(person).u_H)
            * (1 - p.army_retention)
        )
        if chance(leaving, self.draw(S_DESERTION, person)[0]):
            person.role, person.deserter = PEASANT, True
            person.body = self.communities[person.community]
            self._add_dossier(person, 1)
            self._record("deserted", person)

    def _may_return(self, person: Person) -> None:
        p = self.p
        if chance(min(1, p.army_catch + p.army_return * self.amnesty()), self.draw(S_RETURN, person)[0]):
            self._join(person)
            person.deserter = False
            self._record("returned", person)

    def _may_be_called_up(self, person: Person) -> None:
        rate = self.p.army_conscription if self.on("conscription") else 0.0
        if chance(rate, self.draw(S_CONSCRIPTION, person)[0]):
            self._join(person)
            self._record("conscripted", person)

    def _join(self, person: Person) -> None:
        """A soldier of the pool of his village; what happens to a pool is divided by its soldiers at the start."""
        person.role = SOLDIER
        person.body = self.pools[self.layout.strata[person.stratum].pool]

    def _abroad(self, intervention: float) -> None:
        """E53: foreigners held, exchange, voice abroad, with the exogenous values of the week."""
        p = self.p
        if self.on("hostages_foreign"):
            self.foreigners = self.foreigners + p.foreign_arrests * intervention
        self.foreigners_out = p.exchange_rate * self.foreigners if self.on("exchange") else 0.0
        self.foreigners = self.foreigners - self.foreigners_out
        self.returning = p.exchange_return * self.foreigners_out / max(1, self.abroad)
        heard = 1 - p.surveillance_silence if self.on("surveillance_abroad") else 1
        self.voice_abroad = self.abroad / self.N * p.abroad_voice * heard

    def _exit(self) -> None:
        """E53."""
        if not self.on("exit"):
            return
        for index, r in enumerate(self.provinces):
            free = sum(body.free for body in self.communities if body.place == index)
            cases = poisson(self.p.exit_rate * free, uniform(self.draw(S_EXIT_COUNT, (r.tag, 0))[0]))
            for j in range(cases):
                person = self._choose(
                    r.first, r.slots, True, lambda block, r=r, j=j: self.draw(S_EXIT_TARGET, (r.tag, j), block)
                )
                if person is None or person.state not in (Q, V) or person.hit or person.role == SOLDIER:
                    continue
                if self._latent(person):
                    person.state, person.hit = ABROAD, True
                    self._record("exits", person)

    def _those_abroad(self) -> None:
        """E53."""
        p = self.p
        k = p.killing_rate if self.on("killing_abroad") else 0.0
        for person in self.people:
            if person.state != ABROAD or person.hit:
                continue
            word = self.draw(S_ABROAD, person)[0]
            if chance(k, word):
                person.state, person.hit, person.grief = DEAD, True, 0
                self._grieve(person, 8)
                self._record("killed_abroad", person)
            elif chance(k + min(1 - k, p.abroad_return + self.returning), word):
                person.state, person.hit = Q, True
                self._record("released", person)

    # --- what can be seen ---------------------------------------------------------------------------------------------------------

    def _instruments_snapshot(self) -> dict[str, list[Any]]:
        """What the instruments keep from week to week, and what they made of this one."""
        provinces = self.provinces
        result: dict[str, list[Any]] = {f"{name}_rung": [r.rung[name] for r in provinces] for name in RUNGS}
        for name in ("credibility", "informers", "fulfilled"):
            result[name] = [getattr(r, name) for r in provinces]
        result["limit"] = [r.L for r in provinces]
        result["risen"] = [settlement.risen for settlement in self.settlements]
        result["foreigners"] = [self.foreigners]
        return result

    def of_this_week(self) -> dict[str, list[Any]]:
        """What the instruments made of this week, of no effect on the next."""
        provinces = self.provinces
        result: dict[str, list[Any]] = {
            name: [getattr(r, name) for r in provinces] for name in ("announced", "informer_cases", "quota_cases")
        }
        result |= {"made_threat": [r.T for r in provinces], "accept_hostage": [r.f_hostage for r in provinces]}
        result |= {"hostage_use": [r.u_H for r in provinces], "village_use": [r.u_v for r in provinces]}
        result |= {"area_used": [r.a for r in provinces], "talks": [r.talks for r in provinces]}
        return result
