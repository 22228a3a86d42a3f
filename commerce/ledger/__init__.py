"""The money ledger: double entry, append only, in every currency; and what providers settled.

Every row of `money_entry` moves one amount of one currency from one account (credit) to another
(debit), so an entry cannot be out of balance, and an exchange is two of them that meet on the
account `exchange`. Rows are never changed; a correction is another row.

The database books by itself: triggers on `payment`, `refund`, `shift`, `cash_movement`, `dispute` and
`settlement_line` (revision 0043) and `stored_value_entry` (0049) write an entry with the very statement that makes the change. That
is so for three reasons. What a payment gained is known only where the provider's finding is merged
into the row, in one conditional UPDATE; asking for it beforehand would cost the hot path a
statement, and it costs none so. Whoever writes a payment (a till's sale that happened, a webhook, a
seed) books it, for nobody can forget to. And entry and event stand or fall together with one commit,
so nothing has to catch up. A trigger's condition is checked before its function runs: an update
that moves no money costs next to nothing.

Providers tell of fees, exchanges, disputes and payouts later, in webhooks that may come twice, late,
in any order or never. Each is a hint only: the worker asks the provider for its report
(`commerce.plugins.settlement`), whose parts are merged by their names, so that whatever came when,
the same books stand at the end; an hourly round asks after what never came.
"""
