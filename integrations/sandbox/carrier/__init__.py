"""A carrier that moves no parcel: an API for labels and scans, a yard to look at, signed webhooks.

Whoever brings a bearer key has an account of its own under it; nothing is registered. Parcels go on
by the clock, one scan after `pace` seconds, or when somebody presses "Next scan" in the yard at `/`.
"""
