"""Multimeters and counters."""
