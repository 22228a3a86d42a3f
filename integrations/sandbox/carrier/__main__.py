"""Serves the carrier: `python -m integrations.sandbox.carrier --port 8092`."""

from integrations.sandbox.carrier.app import SIMULATOR

SIMULATOR.main()
