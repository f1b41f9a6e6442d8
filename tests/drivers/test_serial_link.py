"""The line itself: deadlines, whole lines, stale answers, and every way in which a port can fail."""

from __future__ import annotations

import os
import socket
import sys
import threading

import pytest
import serial

from drivers.clock import WallClock
from drivers.errors import InstrumentTimeout, LinkLost, ProtocolError
from drivers.serial_link import LONGEST_LINE, SerialLink


@pytest.fixture
def link(script, clock, wire):
    """Opens a link on a script: ``link(steps)`` gives both."""
    links = []

    def make(steps=()):
        played = script(steps)
        links.append(SerialLink(played.address, clock=clock, wire=wire.channel("x")))
        return links[-1], played

    yield make
    for one in links:
        one.close()


def test_a_question_gets_its_line_and_both_are_written_down(link, wire):
    line, _ = link([(b"I4\r\n", b'I4 A "1"\r\n')])
    assert line.query(b"I4\r\n", 1.0) == b'I4 A "1"'
    assert wire.drain() == [(100.0, "x", ">", b"I4\r\n"), (100.0, "x", "<", b'I4 A "1"\r\n')]


def test_silence_ends_at_the_deadline(link, clock):
    line, _ = link([(b"SI\r\n", b"")])
    with pytest.raises(InstrumentTimeout, match="expected an answer in time, found silence"):
        line.query(b"SI\r\n", 1.0)
    assert clock.now() == pytest.approx(101.0, abs=0.051)


def test_half_a_line_is_never_given_out(link):
    line, _ = link([(b"SI\r\n", b"S S     12.")])
    with pytest.raises(ProtocolError, match=r"found b'S S     12\.'"):
        line.query(b"SI\r\n", 1.0)


def test_the_deadline_is_not_restarted_by_each_byte(link, clock):
    line, _ = link([(b"SI\r\n", [(0.25, bytes([byte])) for byte in b"S S     1"])])
    with pytest.raises(ProtocolError):
        line.query(b"SI\r\n", 1.0)
    assert clock.now() == pytest.approx(101.0, abs=0.051)
    clock.sleep_until(110.0)
    line.flush_input()


def test_a_line_that_drips_in_before_the_deadline_is_whole(link):
    line, _ = link([(b"SI\r\n", [(0.03, bytes([byte])) for byte in b"S +\r\n"])])
    assert line.query(b"SI\r\n", 1.0) == b"S +"


def test_an_answer_that_came_too_late_is_not_taken_for_the_next_one(link, clock):
    line, _ = link([(b"SI\r\n", [(1.5, b"old\r\n")]), (b"SI\r\n", b"new\r\n")])
    with pytest.raises(InstrumentTimeout):
        line.query(b"SI\r\n", 1.0)
    clock.sleep_until(103.0)
    assert line.query(b"SI\r\n", 1.0) == b"new"
    assert line.discarded == len(b"old\r\n")


def test_the_rest_of_half_an_answer_is_not_taken_for_the_next_one(link, clock):
    line, _ = link([(b"SI\r\n", [(0.0, b"S S     "), (1.5, b"1.0 g\r\n")]), (b"SI\r\n", b"new\r\n")])
    with pytest.raises(ProtocolError):
        line.query(b"SI\r\n", 1.0)
    clock.sleep_until(103.0)
    assert line.query(b"SI\r\n", 1.0) == b"new"


def test_lines_ready_takes_whole_lines_and_keeps_the_rest(link, clock):
    line, _ = link([(None, [(0.0, b"one\r\ntwo\r\nthr"), (1.0, b"ee\r\n")])])
    assert line.lines_ready() == [b"one", b"two"]
    assert line.lines_ready() == []
    clock.sleep_until(101.0)
    assert line.lines_ready() == [b"three"]


def test_several_lines_in_one_read_come_one_by_one(link):
    line, _ = link([(b"I0\r\n", b"a\r\nb\r\nc\r\n")])
    assert [line.query(b"I0\r\n", 1.0), line.read_line(1.0), line.read_line(1.0)] == [b"a", b"b", b"c"]


@pytest.mark.parametrize("read", ["query", "lines_ready"])
def test_bytes_without_a_line_end_are_refused_and_forgotten(link, read):
    noise = b"U" * (LONGEST_LINE + 1)
    line, _ = link([(None, noise)] if read == "lines_ready" else [(b"?", noise)])
    with pytest.raises(ProtocolError, match=f"more than {LONGEST_LINE} bytes without one"):
        line.lines_ready() if read == "lines_ready" else line.query(b"?", 1.0)
    assert line.lines_ready() == []


def test_the_port_is_opened_for_us_alone(link, clock, wire):
    line, played = link()
    assert played.settings["exclusive"] is True
    with pytest.raises(LinkLost, match="already open in this process"):
        SerialLink(line.address, clock=clock, wire=wire.channel("y"))
    line.close()
    SerialLink(line.address, clock=clock, wire=wire.channel("y")).close()


def test_a_port_that_is_not_there_says_what_to_check(clock, wire):
    with pytest.raises(LinkLost, match="expected to open the port for us alone"):
        SerialLink("/dev/there/is/none", clock=clock, wire=wire.channel("x"))
    with pytest.raises(LinkLost, match="nosuch"):
        SerialLink("nosuch://x", clock=clock, wire=wire.channel("x"))


def test_a_closed_link_is_a_lost_link_and_closing_twice_is_fine(link):
    line, _ = link()
    line.close()
    line.close()
    for use in (line.lines_ready, line.flush_input, lambda: line.read_line(1), lambda: line.query(b"?", 1)):
        with pytest.raises(LinkLost):
            use()


def test_every_error_of_an_unplugged_port_is_a_lost_link(link):
    line, played = link()
    played.gone = True
    for use in (line.lines_ready, line.flush_input, lambda: line.read_line(1), lambda: line.write(b"?")):
        with pytest.raises(LinkLost, match="check cable, power and port"):
            use()


def test_reopen_waits_for_the_port_to_come_back(link, clock):
    line, played = link([(b"?", b"here\r\n")])
    played.absent_until_s = 101.0
    line.reopen(5.0)
    assert clock.now() == pytest.approx(101.0, abs=0.11)
    assert (played.opened, line.query(b"?", 1.0)) == (2, b"here")


def test_reopen_gives_up_and_lets_go_of_the_address(link, clock, wire):
    line, played = link()
    played.absent_until_s = 110.0
    with pytest.raises(LinkLost):
        line.reopen(2.0)
    assert clock.now() == pytest.approx(102.0)
    played.absent_until_s = 0.0
    SerialLink(line.address, clock=clock, wire=wire.channel("y")).close()


def test_a_mistake_of_our_own_is_not_called_a_lost_link(link):
    line, _ = link()
    with pytest.raises(TypeError):
        line.write("text")


def test_a_clock_that_only_waiting_moves_still_reaches_the_deadline_on_a_real_port(clock, wire):
    with SerialLink("loop://", clock=clock, wire=wire.channel("x")) as line, pytest.raises(InstrumentTimeout):
        line.read_line(0.2)


def test_two_threads_never_get_each_others_answer(wire):
    got = {}
    with SerialLink("loop://", clock=WallClock(), wire=wire.channel("x")) as line:

        def ask(name):
            got[name] = {line.query(name + b"\r\n", 2.0) for _ in range(50)}

        threads = [threading.Thread(target=ask, args=(name,)) for name in (b"a", b"b", b"c")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert got == {b"a": {b"a"}, b"b": {b"b"}, b"c": {b"c"}}


class TestSocket:
    """The same over TCP, where a port only tells that something has come and not how much."""

    @pytest.fixture
    def peer(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            yield server

    @pytest.fixture
    def line(self, peer, wire):
        address = f"socket://127.0.0.1:{peer.getsockname()[1]}"
        with SerialLink(address, clock=WallClock(), wire=wire.channel("x")) as line:
            yield line

    def test_every_waiting_line_is_taken(self, peer, line):
        connection, _ = peer.accept()
        with connection:
            connection.sendall(b"one\r\ntwo\r\nthree\r\n")
            assert line.read_line(2.0) == b"one"
            assert line.lines_ready() == [b"two", b"three"]

    @pytest.mark.parametrize("use", ["lines_ready", "flush_input", "read_line"])
    def test_a_peer_that_hangs_up_is_a_lost_link(self, peer, line, use):
        connection, _ = peer.accept()
        connection.close()
        with pytest.raises(LinkLost):
            line.read_line(2.0) if use == "read_line" else getattr(line, use)()


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are POSIX")
class TestPseudoTerminal:
    """The same on a real terminal of the operating system."""

    @pytest.fixture
    def master(self):
        master, slave = os.openpty()
        yield master, os.ttyname(slave)
        for descriptor in (master, slave):
            try:
                os.close(descriptor)
            except OSError:
                continue

    @pytest.fixture
    def line(self, master, wire):
        with SerialLink(master[1], clock=WallClock(), wire=wire.channel("x")) as line:
            yield line

    def test_a_line_crosses_a_terminal(self, master, line):
        line.write(b"SI\r\n")
        assert os.read(master[0], 10) == b"SI\r\n"
        os.write(master[0], b"S +\r\n")
        assert line.read_line(2.0) == b"S +"

    def test_a_line_with_parity_opens_again_and_again(self, master, wire):
        """A terminal has none; glibc refuses it from the second opening on."""
        settings = {"baudrate": 4800, "bytesize": 7, "parity": "E"}
        for _ in range(3):
            with SerialLink(master[1], clock=WallClock(), wire=wire.channel("x"), **settings) as line:
                os.write(master[0], b"S +\r\n")
                assert line.read_line(2.0) == b"S +"

    @pytest.mark.usefixtures("line")
    def test_a_second_exclusive_opener_is_refused(self, master):
        with pytest.raises(serial.SerialException):
            serial.Serial(master[1], exclusive=True)

    def test_the_end_of_the_cable_is_a_lost_link(self, master, line):
        os.close(master[0])
        for use in (lambda: line.read_line(1.0), line.lines_ready, line.flush_input, lambda: line.write(b"?")):
            with pytest.raises(LinkLost):
                use()
        line.close()

    def test_closing_does_not_drop_dtr(self, line):
        import termios

        assert not termios.tcgetattr(line._port.fd)[2] & termios.HUPCL

    def test_a_full_output_is_a_timeout(self, line):
        line._port.write_timeout = 0.05
        with pytest.raises(InstrumentTimeout, match="found the output full"):
            line.write(b"x" * 1_000_000)

    def test_another_name_of_the_same_device_is_the_same_port(self, master, line, wire, tmp_path):
        (tmp_path / "balance0").symlink_to(master[1])
        with pytest.raises(LinkLost, match="already open in this process"):
            SerialLink(str(tmp_path / "balance0"), clock=WallClock(), wire=wire.channel("y"))
        assert line.lines_ready() == []

    def test_a_replug_is_found_under_its_stable_path(self, tmp_path, wire):
        stable, before, after = tmp_path / "balance0", os.openpty(), os.openpty()
        stable.symlink_to(os.ttyname(before[1]))
        with SerialLink(str(stable), clock=WallClock(), wire=wire.channel("x")) as line:
            os.close(before[0])
            with pytest.raises(LinkLost):
                line.read_line(1.0)
            stable.unlink()
            stable.symlink_to(os.ttyname(after[1]))
            line.reopen(2.0)
            os.write(after[0], b"here\r\n")
            assert line.read_line(2.0) == b"here"
        for descriptor in (before[1], *after):
            os.close(descriptor)


def test_a_device_server_without_modem_lines_is_answered_with_how_to_leave_them_out(clock, wire):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(LinkLost, match=r"end the address with \?ign_set_control"):
        SerialLink(f"rfc2217://127.0.0.1:{port}", clock=clock, wire=wire.channel("x"))
    with pytest.raises(LinkLost) as told:
        SerialLink(f"rfc2217://127.0.0.1:{port}?ign_set_control", clock=clock, wire=wire.channel("x"))
    assert "end the address" not in str(told.value)


def test_a_port_whose_peer_has_gone_leaves_no_socket_open(clock, wire):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        link = SerialLink(f"socket://127.0.0.1:{listener.getsockname()[1]}", clock=clock, wire=wire.channel("x"))
        peer, _ = listener.accept()
        inner = link._port._socket
        peer.close()
        inner.shutdown(socket.SHUT_RDWR)
    link.close()
    assert inner.fileno() == -1
