"""The wire log: every byte in order, bounded, drained by whoever records it."""

from __future__ import annotations

from drivers.wire_log import WireLog


def test_two_links_write_into_one_log_in_order():
    log = WireLog()
    pump, balance = log.channel("pump"), log.channel("balance")
    pump.sent(1.0, b">")
    balance.received(2.0, b"S +")
    assert log.drain() == [(1.0, "pump", ">", b">"), (2.0, "balance", "<", b"S +")]
    assert log.drain() == []


def test_a_log_that_nobody_drains_keeps_the_newest():
    log = WireLog(limit=3)
    channel = log.channel("x")
    for n in range(5):
        channel.sent(float(n), b"%d" % n)
    assert [entry[3] for entry in log.drain()] == [b"2", b"3", b"4"]
