"""The switches of the machine: what each instrument or condition is, and what it means to be without it."""

from __future__ import annotations

from whowhom.models.machine.switches_instruments import INSTRUMENT_SWITCHES
from whowhom.parameters import Switch

_GRAY = "the text: Gray 2012 on Serge, Memoirs of a Revolutionary"
_CONSTANT = "constant, from the scenario"

SWITCHES = (
    Switch(
        name="arrests",
        meaning="arrest of persons: open dissenters, persons named, self-generated cases",
        off_means="nobody is arrested and nobody expects to be; decisions still run",
        rung="arrest",
        equation="E9, E13",
        source=_GRAY,
    ),
    Switch(
        name="executions",
        meaning="death sentences carried out at the end of custody",
        off_means="the probability passes to the next lighter sentence that is on (camp, exile, release)",
        rung="execution",
        equation="E15",
        source=_GRAY,
    ),
    Switch(
        name="camps",
        meaning="concentration camps and prisons as a sentence, and internment without conviction",
        off_means="the probability passes to exile if that is on, otherwise to release",
        rung="camp",
        equation="E15, E16",
        source=_GRAY,
    ),
    Switch(
        name="exile",
        meaning="internal exile as a sentence",
        off_means="the probability passes to release",
        rung="exile",
        equation="E15",
        source=_GRAY,
    ),
    Switch(
        name="torture",
        meaning="duress in custody: raises confessions and names, lowers the share of true names",
        off_means="intensity 0: confessions and names come at their base rates",
        rung=_CONSTANT,
        equation="E11",
        source=_GRAY,
    ),
    Switch(
        name="coerced_names",
        meaning="arrest of the persons named in custody (the chain of denunciation)",
        off_means="names are taken down but never acted on: p_a = 0",
        rung=_CONSTANT,
        equation="E11, E12",
        source=_GRAY,
    ),
    Switch(
        name="autonomy",
        meaning="case hunger: an apparatus with idle capacity makes cases of its own",
        off_means="omega = 0: idle capacity stays idle",
        rung=_CONSTANT,
        equation="E14",
        source="MODEL M9; " + _GRAY,
    ),
    Switch(
        name="concession",
        meaning="the regime lowers requisition under threat (the tax in kind of March 1921), at a cost in food",
        off_means="requisition follows the scenario's path whatever happens",
        rung="the alternative to the ladder",
        equation="E21, E22",
        source="MODEL M17 (prodrazverstka replaced by the tax in kind, March 1921)",
    ),
    Switch(
        name="civil_war",
        meaning="the recorded path of the civil war W: pressure that the centre and insiders perceive",
        off_means="W = 0 throughout",
        rung=_CONSTANT,
        equation="E19, E29, E34",
        source="MODEL 3.8 and M21; stylised path",
    ),
    Switch(
        name="intervention",
        meaning="the recorded path of foreign intervention I",
        off_means="I = 0 throughout",
        rung=_CONSTANT,
        equation="E19",
        source="MODEL 3.8 and M21; stylised path",
    ),
    Switch(
        name="backwardness",
        meaning="the recorded failures of the harvest",
        off_means="the harvest path is 1 in every year; requisition and its effect on sowing remain",
        rung=_CONSTANT,
        equation="E22",
        source="MODEL 3.8; stylised path",
    ),
    *INSTRUMENT_SWITCHES,
)
