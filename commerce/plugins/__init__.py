"""The plugin contract: hooks and frozen request and result types; all that a plugin may import.

A plugin is a Python package whose module, named by an entry point of group `quayside.plugins`,
implements hooks of `commerce.plugins.hooks`. It imports this package and, from the kernel, only
money, clock, ids, channel and errors. It reads no environment, no database and no request: all it
may know arrives in a `CallContext` and a request, and all it may say is one of six results.
"""
