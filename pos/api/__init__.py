"""What the till's page asks of the server: `/till/api/...`, JSON in and out."""

from flask import Blueprint

from pos.api import cards, commands, customers, goods, people, quote, reports, returns, sales, state


def install(blueprint: Blueprint) -> None:
    """Give every address of the till's interface its view."""
    for part in (state, people, customers, goods, commands, quote, cards, sales, returns, reports):
        part.install(blueprint)
