"""Liquid flow sensors."""
