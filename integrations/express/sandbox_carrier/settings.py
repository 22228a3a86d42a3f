"""What a merchant configures for the test carrier."""

from integrations.simulated.account import AccountSettings

ADDRESS_VARIABLE = "QUAYSIDE_SIMULATOR_CARRIER"
"""Where the simulator answers; set by `quayside run`, never by a merchant."""


class SandboxCarrierSettings(AccountSettings):
    """An account at the carrier simulator."""
