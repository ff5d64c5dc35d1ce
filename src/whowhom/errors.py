"""Every error that a user can cause, and the words in which an unknown name is answered.

The text of an error has four parts, in this order: the *name* of the thing, the *rule* it breaks, what we *got*, and a
*way out*. The command line prints ``str(error)`` and leaves with exit code 2; nothing else is needed to understand it.
A mistake of the programmer (a declaration that contradicts itself, say) is a ``ValueError`` and not one of these.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# Below this similarity (difflib's ratio, 0 to 1) a suggestion confuses more than it helps. Ours: difflib's own default.
SIMILAR = 0.6

# A list of at most this many known names is printed whole when none of them is near.
SHORT_LIST = 10

# The longest stretch of a wrong value that an error repeats.
LONGEST_QUOTE = 80

# The most sentences that an error prints: what has more wrong with it has one cause, which a longer list would hide.
MOST_PRINTED = 50

# The command that lists the things of a kind. A kind that is absent here is shown by `whowhom describe`.
_LISTED_BY = {
    "scenario": "whowhom scenarios",
    "model": "whowhom models",
    "record": "whowhom records",
}
DESCRIBE = "whowhom describe soviet"


class WhowhomError(Exception):
    """Something the user asked for cannot be done; the text says what, why, and what to do."""


class _SeveralProblemsError(WhowhomError):
    """An error that reports everything wrong at once.

    Parameters
    ----------
    problems
        One sentence, or several; each complete in itself.

    Attributes
    ----------
    problems : list of str
        The sentences, in the order in which they were found. ``str(error)`` is the first `MOST_PRINTED` of them, one
        a line, and how many more there are.

    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems: list[str] = [problems] if isinstance(problems, str) else list(problems)
        super().__init__(self.problems)  # what pickle hands to __init__ when the error crosses a process border

    def __str__(self) -> str:
        rest = len(self.problems) - MOST_PRINTED
        shown = self.problems[:MOST_PRINTED]
        return "\n".join([*shown, f"... and {rest} more."] if rest > 0 else shown)


class ParameterError(_SeveralProblemsError):
    """Values of parameters or switches that their declarations refuse."""


class ScenarioError(_SeveralProblemsError):
    """A scenario that cannot be read, or is wrong in one or more places."""


class DateError(WhowhomError):
    """A date that cannot be read, or lies outside the history."""


class UnknownNameError(WhowhomError):
    """A name that is not among the known ones; the text gives the nearest."""


class RecordError(WhowhomError):
    """A recorded series that cannot be read or used."""


class StoreError(WhowhomError):
    """A store on disk that cannot be read, written or continued."""


class StoreWarning(UserWarning):
    """Something about a store that whoever uses its figures should know; the command line prints the text."""


class ModelError(WhowhomError):
    """A model that cannot be built from what it was given."""


class ClusterError(WhowhomError):
    """A cluster that does not answer, or whose workers cannot do what is asked of them."""


class MissingExtraError(WhowhomError):
    """An optional library is not installed; the text names the extra that brings it."""


def nearest(name: str, known: Iterable[str], n: int = 3, *, least: float = SIMILAR) -> list[str]:
    """Give the known names most like a wrong one, best first.

    A dotted name is also found by its last part alone: ``custody_weeks`` finds ``repression.custody_weeks``.

    Parameters
    ----------
    name
        What the user wrote.
    known
        The names there are.
    n
        The largest number of names to give [1].
    least
        The least similarity of a name that is given, from 0 to 1 [1].

    Returns
    -------
    list of str
        At most `n` names; empty if none is near.

    """
    wrong = str(name).lower().replace("-", "_")
    score = {candidate: _similarity(wrong, candidate.lower()) for candidate in known}
    near = [candidate for candidate in score if score[candidate] >= least]
    return sorted(near, key=lambda candidate: (-score[candidate], candidate))[:n]


def _similarity(wrong: str, candidate: str) -> float:
    """Compare two names as wholes and by their last parts; the better of the two counts [1]."""
    whole = difflib.SequenceMatcher(None, wrong, candidate).ratio()
    last = difflib.SequenceMatcher(None, wrong.rpartition(".")[2], candidate.rpartition(".")[2]).ratio()
    return max(whole, 0.95 * last)  # a whole name wins over an equally good part


def quoted(value: object) -> str:
    """Give a wrong value as an error repeats it: its ``repr``, cut where it becomes tiresome."""
    try:
        text = repr(value)
    except ValueError:  # Python does not write whole numbers of more than some thousand digits
        return "a number of very many digits"
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 3] + "..."


def printable(text: str) -> str:
    """Give a text on one line without what a terminal would obey; for words of other programs that stand in our errors."""
    return "".join(character if character.isprintable() else "?" for character in " ".join(text.split()))


def unknown(kind: str, name: str, known: Iterable[str], *, listed_by: str | None = None) -> str:
    """Word the answer to an unknown name.

    Parameters
    ----------
    kind
        What was looked for: ``"parameter"``, ``"switch"``, ``"scenario"``, ``"model"``, ...
    name
        What the user wrote.
    known
        The names there are.
    listed_by
        The command that lists them, without backquotes; by default the one that belongs to `kind`.

    Returns
    -------
    str
        For example ``unknown parameter 'x'. Nearest: 'a', 'b'. `whowhom describe soviet` lists all.``

    """
    names = sorted(known)
    near = nearest(name, names)
    if near:
        hint = f"Nearest: {', '.join(map(repr, near))}. "
    elif not names:
        hint = "There is none. "
    elif len(names) <= SHORT_LIST:
        hint = f"Known: {', '.join(map(repr, names))}. "
    else:
        hint = ""
    return f"unknown {kind} {quoted(name)}. {hint}`{listed_by or _LISTED_BY.get(kind, DESCRIBE)}` lists all."
