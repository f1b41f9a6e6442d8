"""Carry out a plan on an open bench: one plain loop, its phases, and what it watches for."""
