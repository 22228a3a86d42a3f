"""Serves the local Stripe endpoint: `python -m integrations.sandbox.stripe_api --port 8092`."""

from integrations.sandbox.stripe_api.app import SIMULATOR

SIMULATOR.main()
