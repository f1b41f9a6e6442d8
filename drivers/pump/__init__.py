"""Pumps: the mock pump of the bench."""
