"""Numbers of the machine's random streams (`docs/machine.md`, section 2). A number is never reused."""

from __future__ import annotations

TRAITS = 1
ROLE = 2
HOUSEHOLD = 3
SETTLEMENT = 4
ARMING = 5
LAY_DOWN = 6
OPEN_ARREST = 7
NAMED_ARREST = 8
SELF_COUNT = 9
SELF_TARGET = 10
CUSTODY = 11
NAME = 12
NAME_TARGET = 13
NAME_WEIGHT = 14
SENTENCE = 15
CAMP_END = 16
EXILE_END = 17
GRIEF = 18
COMBAT_ARMED = 19
COMBAT_BYSTANDER = 20
FAMINE = 21
SELF_DOSSIER = 22
