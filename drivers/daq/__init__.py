"""Data acquisition devices."""
