"""Pressure controllers, for back pressure at the tip."""
