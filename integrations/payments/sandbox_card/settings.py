"""What a merchant configures for the sandbox."""

from integrations.simulated.account import AccountSettings

ADDRESS_VARIABLE = "QUAYSIDE_SIMULATOR_CARD"
"""Where the simulator answers; set by `quayside run`, never by a merchant."""


class SandboxSettings(AccountSettings):
    """An account at the card simulator."""
