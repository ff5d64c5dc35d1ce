"""The fixed sentences of a report. They stand together so that they can be read, criticised and translated together."""

from __future__ import annotations

WHAT_IT_IS = (
    "A simulation. Its persons are invented; its numbers are what a model says under its assumptions, not counts of real people. Recorded "
    "numbers stand apart from simulated ones, each with its source."
)

CONTENT = "The subject is arrest, execution, camps and hunger."

# What every model leaves out, because of how experiments are made and records came about.
ALWAYS_WRONG = (
    (
        "What comes after a fall is not simulated: no victims of another regime, of a war or of chaos are counted. An arm with fewer victims "
        "after an early fall is not a better world."
    ),
    "The records exist because the regime survived. A model matched to them tends to find that whatever was done was needed.",
    "An interval covers the luck of the histories and, where there are several plausible sets, the sets. It covers no error of the model.",
)

# What a model leaves out, by its name.
MODEL_WRONG: dict[str, tuple[str, ...]] = {
    "machine": (
        "No births and no natural deaths: the country only loses people.",
        "No fronts: the army's strength, the civil war and the intervention follow paths that are given, whatever happens in the simulation.",
        "No conscription, desertion or demobilisation of persons; soldiers of the garrisons are a constant body.",
        "No rival side with instruments of its own: the terror of others is not counted here.",
        "No party politics, hostages, informers, press, threats, collective punishment, emigration, killings abroad or succession yet.",
        "No collectivisation and none of the target groups of 1937-38.",
        "Provinces are stylised, made after the electoral regions of 1917, and many starting numbers are stylised too.",
        (
            "Execution and death sentence are one event. Killings in combat are counted apart; killings after surrender and by local committees "
            "are missing."
        ),
        (
            "Whether the regime falls hangs most on five numbers that are weakly known: anger after arrests, the pull of hardship, of visible dissent, "
            "the dissent at the start, and how fast people take up arms."
        ),
    ),
}

# What the causes of a fall mean, by model.
MODEL_CAUSES: dict[str, dict[str, str]] = {
    "machine": {
        "territory": "too little of the country was under control for too long",
        "capital": "the garrison of the capital refused orders, or its province was lost",
        "army": "too few troops obeyed for the war that was on",
        "cadres": "too many of the party's own cadres dissented in the open",
        "hunger": "the towns' ration stayed too low while workers dissented",
        "nation": "too many adults dissented in the open",
    },
}

THE_MECHANISM_ALONE = (
    "These histories run past March 1922. What lies beyond shows the mechanism alone, not the history of the 1920s and 1930s, and carries no "
    "finding."
)

# The statement on the subject, shortened; the whole is docs/subject.md.
SUBJECT = (
    (
        "Cause is not justification.",
        "That an instrument kept the regime in power in the model says nothing about whether the regime should have lived.",
    ),
    (
        "Survival never stands alone.",
        "Wherever it is shown, those executed and the years spent in camps stand beside it.",
    ),
    (
        "\u201cNo alternative\u201d names the alternatives.",
        "Only the arms listed here were tried; nothing was searched for, and harsher or milder ones were not compared.",
    ),
    (
        "One history is not a finding.",
        "Answers are differences between many pairs of histories, with their uncertainty.",
    ),
    (
        "The records are disputed.",
        "Rival estimates stand side by side, each with the status of its source; none is averaged away.",
    ),
)
SUBJECT_WHOLE = (
    "The whole statement, with what this program will not do and what it may be used for, is in docs/subject.md of the project. Not for "
    "planning or carrying out repression, surveillance or counter-insurgency."
)

HOW_VICTIMS_ARE_COUNTED = (
    "Executed and camp-years are counted per 1,000 inhabitants at the start, and never added up. \u201cTo the horizon\u201d counts to the last "
    "day; after a fall the regime has no further victims. \u201cTo the first fall\u201d counts each pair of twins up to the earlier of their two "
    "falls, so that both had the same time."
)

#: Stands under the arms where plausible sets were kept because they match records.
SELECTED = (
    "The plausible sets were kept because histories under them come near the records of a regime that survived. Survival in these arms is high by "
    "construction; the differences between arms, and how likely survival is at all, are other questions."
)

HOW_PAIRS_WORK = (
    "Twins share the seed, and so all luck that the change does not reach, and the parameter set. The answer is the mean difference over "
    "pairs with its interval. Two bands that overlap do not mean that there is no difference."
)

HOW_TO_READ_BANDS = (
    "Shades are shares of the simulated histories, not intervals of an estimate: the dark one holds the middle half, the light one the middle nine "
    "tenths of those that still stand in that week. Histories that have fallen are in no later number, so late weeks show survivors only. All "
    "pictures of a figure share their axes."
)

HOW_TO_READ_RECORDS = (
    "Recorded numbers have a picture of their own with a dotted frame, drawn in the colour of the text: filled where a copy or the original was "
    "read, hollow and pale where the number is from memory and unverified. Different shapes are rival estimates. A line or bar is a range, an arrow a bound or "
    "a number beyond the edge."
)

COLOURS = (
    "History is brown and solid, an arm blue and dashed, records are in the colour of the text. The two colours were chosen so that they stay apart in "
    "the three common kinds of colour-blindness and reach a contrast of 4.5 to 1, and no difference is told by colour alone. Red and the colours of any "
    "party or country are not used."
)

COUPLING = "depends on how luck is coupled between twins and is no part of a finding"
