"""What the till's page asks of the server: `/till/api/...`, JSON in and out."""

from flask import Blueprint

from pos.api import (
    cards,
    commands,
    customers,
    gift_cards,
    goods,
    people,
    pickups,
    quote,
    reports,
    returns,
    sales,
    state,
    work,
)


def install(blueprint: Blueprint) -> None:
    """Give every address of the till's interface its view."""
    selling = (state, people, customers, goods, commands, quote, cards, sales, returns, reports)
    for part in (*selling, gift_cards, work, pickups):
        part.install(blueprint)
