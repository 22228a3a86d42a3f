"""Migrations (Alembic): the schema's history, forwards and backwards."""
