"""The switches of the instruments beyond the core (`docs/instruments.md`), all off unless a scenario or an arm turns them on; dossiers are part of the core, and on."""

from __future__ import annotations

from whowhom.parameters import Switch

_GRAY = "the text: Gray 2012 on Serge, Memoirs of a Revolutionary"
_CONSTANT = "constant, from the scenario"


def _off(name: str, meaning: str, off_means: str, rung: str, equation: str, source: str) -> Switch:
    return Switch(
        name=name, meaning=meaning, off_means=off_means, rung=rung, equation=equation, source=source, default=False
    )


# fmt: off
INSTRUMENT_SWITCHES = (
    _off("threats", "announced threats of the centre and of local committees, whose credibility is learnt", "nobody is threatened; credibility stays as it is", _CONSTANT, "E35", _GRAY),
    _off("hostages_kin", "arrest of relatives of the armed as hostages", "nobody is taken hostage and nobody fears for kin; those held are released or not as before", "hostage", "E40", _GRAY),
    _off("village_destruction", "burning of settlements that have risen", "no settlement is burnt", "village", "E49", _GRAY),
    _off("area_weapon_announced", "area weapons announced", "nothing is announced", "area", "E50", _GRAY),
    _off("area_weapon_used", "area weapons used in combat", "unaimed fire is as in the core", "area", "E50", _GRAY),
    _off("informers", "paid and unpaid informers: information and reports", "the stock of informers runs down; nobody is reported", _CONSTANT, "E42", _GRAY),
    _off("quotas", "limits of arrests that must be fulfilled and grow when they are", "no limit; the next one begins anew", _CONSTANT, "E43", "MODEL M10; " + _GRAY),
    Switch(name="dossiers", meaning="entries about persons that are kept and read", off_means="no entry is written and every dossier reads empty", rung=_CONSTANT, equation="E44", source="MODEL M30"),
    _off("legality", "appeal, and no names under duress", "legality 0: secret inquisition", "the alternative to the ladder", "E45", _GRAY),
    _off("propaganda", "the press: a message, and its contradiction by what is seen", "no message", _CONSTANT, "E47", _GRAY),
    _off("censorship", "what happens elsewhere is not heard of", "z = 0: all is heard of", _CONSTANT, "E48", _GRAY),
    _off("faction_ban", "the ban on factions: no tolerance of insiders' voice, and expulsion", "insiders' voice is tolerated as far as doctrine says", _CONSTANT, "E51", _GRAY),
    _off("purge", "purges of the party by rate and by dossier", "nobody is purged", _CONSTANT, "E51", _GRAY),
    _off("conscription", "peasants of soldiers' villages are called up", "nobody is called up", _CONSTANT, "E52", "MODEL M15"),
    _off("amnesty", "deserters may return, the armed surrender, camps release", "level 0: no amnesty", "the alternative to the ladder", "E52", "MODEL F6"),
    _off("exit", "persons near to dissent may leave the country", "nobody leaves by himself", _CONSTANT, "E53", _GRAY),
    _off("deportation", "deportation abroad as a sentence", "the probability passes to release", "exile", "E53", _GRAY),
    _off("surveillance_abroad", "surveillance of those abroad", "nobody abroad is silenced", _CONSTANT, "E53", _GRAY),
    _off("killing_abroad", "killing of persons abroad", "nobody abroad is killed", _CONSTANT, "E53", _GRAY),
    _off("hostages_foreign", "arrest of foreigners to be exchanged", "no foreigner is taken", _CONSTANT, "E53", _GRAY),
    _off("exchange", "exchange of foreigners held for persons abroad", "nobody is exchanged", _CONSTANT, "E53", _GRAY),
    _off("fronts", "a rival with an army of its own: fronts move, and provinces change hands", "the civil war is a recorded pressure without a place; nobody else holds anything", _CONSTANT, "E54, E55", "MODEL E28, M32; " + _GRAY),
    _off("rival_instruments", "the rival arrests, interrogates, sentences and shoots with the same code", "the rival arrests nobody", _CONSTANT, "E55", "MODEL M32; " + _GRAY),
    _off("rival_vectors", "the rival has a doctrine of its own (`rival.`)", "the rival follows the doctrine of the regime", _CONSTANT, "E55", "MODEL M32; Ours"),
    _off("negotiation", "talks where there are persons in arms or a garrison that refuses", "no talks: fire is as in the core", "the alternative to the ladder", "E56", "MODEL S6a, C7; " + _GRAY),
    _off("takeover", "the rival takes the whole country, in the first week with this switch", "the regime stands or falls by itself", _CONSTANT, "E57", "MODEL C18; Ours"),
    _off("recruitment", "recruitment of workers and townspeople to the party", "the party takes nobody in", _CONSTANT, "E58", "MODEL E30; " + _GRAY),
)
# fmt: on
