"""The store: what is in all records of a laboratory, in one database, with who changed what.

SQLite by default (one file), PostgreSQL by one setting; the same tables, rules and tests on both::

    with Store.open("doseproof-store.sqlite") as store:         # or "postgresql+psycopg://rig@host/doseproof"
        index_records(store, [Path("records")], who="A. Weber")
        device_history(store, "SN-1234")

* Tables are **insert-only**; triggers in the database refuse anything else. A correction is a new row that names the
  old one.
* Every row belongs to an entry of the **audit trail** (who, when, what, why, old and new value), which holds a hash of
  the rows that it brought and of the entry before it.
* A **checkpoint** is the head of that chain, signed. It is worth something where it left the machine, so each report
  has one.

This is tamper-evident, not tamper-proof: who owns the machine can rewrite everything, chain and key included, back to
the last checkpoint that somebody else holds. The sealed records are the evidence, and a store that was lost is rebuilt
from them.

SQLAlchemy is loaded by the modules below, which commands load when they run.
"""
