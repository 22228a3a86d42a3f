"""The demo park: three merchants, two experience stores, one inventory."""
