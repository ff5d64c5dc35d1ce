"""What a parameter and a switch are: declared once, as data that checks itself and words its own error.

From one declaration come the check and its error text, the command line, the documents' table, the prior of the matching,
and the bad values of the tests. A model states its :class:`Declarations`; nothing here knows any model.
"""

from __future__ import annotations

from whowhom.parameters.declarations import Declarations
from whowhom.parameters.declared import Parameter, Switch
from whowhom.parameters.joint import JointRule, Rule, not_above, parts_of_one
from whowhom.parameters.prior import Prior, log_uniform, normal, number_text, uniform

__all__ = [
    "Declarations",
    "JointRule",
    "Parameter",
    "Prior",
    "Rule",
    "Switch",
    "log_uniform",
    "normal",
    "not_above",
    "number_text",
    "parts_of_one",
    "uniform",
]
