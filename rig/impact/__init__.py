"""What a wrong calibration reaches: the runs that used a record, and what their verdicts would be with a right one.

    runs = list(stored_runs([Path("records")]))
    affected = find_affected("W-77", runs, Book(Path("calibration")))      # a record, its SHA-256, or a standard
    uses = find_uses(runs, affected)
    recompute(uses[0], Corrected.from_files([Path("calibration/B123456789/0003-balance.toml")]))

A run keeps a copy of each calibration record that it used, and its manifest has the SHA-256 of the copy: the search
reads manifests, never the raw readings. Nothing is ever written into a record.
"""
