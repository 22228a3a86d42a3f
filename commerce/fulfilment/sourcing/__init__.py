"""From which locations an order is served: a pure decision that explains itself.

Nothing here knows a database or a clock. `decide` takes what is wanted, the places with what they
have and cost, the merchant's rules and trade-offs, and returns units per place with every cost and
every reason as stable codes.
"""

from commerce.fulfilment.sourcing.decide import decide, late_days
from commerce.fulfilment.sourcing.rows import (
    Conditions,
    Cost,
    Decision,
    Demand,
    Effect,
    Line,
    Parcel,
    Place,
    Policy,
    Reason,
    Rule,
    RunnerUp,
    Way,
)

__all__ = [
    "Conditions",
    "Cost",
    "Decision",
    "Demand",
    "Effect",
    "Line",
    "Parcel",
    "Place",
    "Policy",
    "Reason",
    "Rule",
    "RunnerUp",
    "Way",
    "decide",
    "late_days",
]
