"""Censorship (E48): what happens elsewhere is not heard of.

It hides dissent and repression alike: visible dissent of the province and the nation (E2) and exposure from the rest of the province (E23) lose the share z. What people
see in their own community or garrison stays (MODEL E31).
"""

from __future__ import annotations

from whowhom.engine.kernel import kernel


@kernel
def heard(p):
    """Share of what happens elsewhere that is heard of, 1 - z; 1 without censorship."""
    return 1.0 - (p.censorship_level if p.on_censorship else 0.0)
