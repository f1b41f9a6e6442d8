"""Weighing instruments."""
