"""Which address leads to which page about money."""

from flask import Blueprint

from storefront.backoffice.money import disputes, exporting, overview, payouts, statement


def add_money(desk: Blueprint) -> None:
    """Add the pages about money to the desk."""
    one = "/money/payouts/<uuid:payout_id>"
    desk.add_url_rule("/money/", "money", overview.money)
    desk.add_url_rule("/money/payouts/", "payouts", payouts.payouts)
    desk.add_url_rule(one, "payout", payouts.payout)
    desk.add_url_rule(f"{one}/lines.csv", "payout_file", exporting.payout_file)
    desk.add_url_rule("/money/disputes", "disputes", disputes.disputes)
    desk.add_url_rule("/money/statement", "statement", statement.statement)
    desk.add_url_rule("/money/statement/entries.csv", "statement_file", exporting.statement_file)
    desk.add_url_rule("/money/statement/accounts.csv", "accounts_file", exporting.accounts_file)
