"""The plugin contract: hooks and frozen request and result types; all that a plugin may import."""
