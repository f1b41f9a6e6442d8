"""How to talk to one instrument: one file for each model, with links, clock, errors and the wire log."""
