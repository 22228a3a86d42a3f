"""Gift cards and store credit: money that customers have with the shop and spend at both counters.

An account belongs to a card, whose code opens it, or to a customer in one currency. It is a
liability of the merchant until it is spent. A use is a payment like any other, captured at once, so
orders, refunds, receipts and Z reports need to know nothing more of it.

A card is a multi-purpose voucher (Directive 2006/112/EC, articles 30a and 30b, in force since
2019-01-01): where and at which rate its holder will buy is not known when it is sold. Its transfer
is therefore no supply and bears no tax; tax is due on the goods that it pays for later, in full.

Codes come from the system's random source and are kept as keyed digests only; who holds a dump of
the database holds no card. One that has still to reach its owner lies sealed beside the account
until its letter is out or its receipt's day is over.
"""
