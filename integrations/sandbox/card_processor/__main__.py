"""Serves the card processor: `python -m integrations.sandbox.card_processor --port 8091`."""

from integrations.sandbox.card_processor.app import SIMULATOR

SIMULATOR.main()
