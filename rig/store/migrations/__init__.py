"""Migrations of the store, run by Alembic: each leads from one version to the next, and is never edited."""
