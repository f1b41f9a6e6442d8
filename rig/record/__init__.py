"""The record: the sealed evidence of one run.

A record is a folder. While the run lasts it holds ``start.json``, copies of the input files and one chained
Arrow stream a channel; sealing turns the streams into Parquet, adds the result and a manifest with the
SHA-256 of every file, and makes everything read-only::

    RECORD/
        start.json                    who, what, with which software and instruments
        inputs/protocol.toml  inputs/bench.toml  inputs/calibration/*.toml
        streams/balance.arrows        while running: Arrow IPC, hash-chained batches
        streams/balance.parquet       sealed: page checksums; balance.0001.parquet and so on where it is long
        result.json                   findings and verdict, as computed when it was sealed
        manifest.json                 SHA-256 of each file, content digest, hash of the bench's record before; last

Raw data first: a stream holds what the instrument said, with the time at which it was said.

>>> from rig.record import Record
>>> Record.open("runs/2026-01-01T00-00-00Z-demo").sealed  # doctest: +SKIP
True
"""

from rig.record.reader import Record
from rig.record.writer import RecordWriter

__all__ = ["Record", "RecordWriter"]
