"""Labels for parcels: asked for, booked once, printed, given back; and the way of their parcels.

A label is booked in three steps: the intent is written down, the carrier is asked outside of any
transaction, its answer is written down. The label's id is the carrier's idempotency key, so however
often it is asked it books once; after silence it is asked what became of it.
"""
