"""A card processor that moves no money: an API, a payment page, card readers, signed webhooks.

Whoever brings a bearer key has an account of its own under it; nothing is registered. Webhooks are
signed with a secret that both sides derive from that key (`signatures.signing_secret`).
"""
