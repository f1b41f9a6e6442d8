"""Every parser of the drivers as a function of one piece of bytes, with lines to begin from.

The same table serves hypothesis (``test_fuzz_parsers.py``, with each change) and a coverage-guided fuzzer
(``fuzz_parsers.py``, at night). A parser gives a value or raises a ``DriverError``, whatever the bytes.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from drivers.balance import and_answers, mt_sics_answers, mt_sics_settings, radwag_answers, sbi_answers
from drivers.balance.mt_sics_stream import WeightStream
from drivers.clock import WallClock
from drivers.environment import ptu300_answers
from drivers.flow import shdlc_port, slf3x_answers
from drivers.pump import mock_pump_frames

if TYPE_CHECKING:
    from collections.abc import Callable

    Target = tuple[Callable[[bytes], object], list[bytes]]

#: Public functions of the modules that are searched for parsers, and that read no bytes of an instrument.
NOT_PARSERS = {
    "drivers.balance.and_answers.not_that",
    "drivers.balance.radwag_answers.not_that",
    "drivers.pump.mock_pump_frames.alarm_names",
    "drivers.pump.mock_pump_frames.encode",
}


class _Answering:
    """A link whose next frame is known."""

    address = "fuzz"
    lock = threading.RLock()

    def __init__(self, content: bytes) -> None:
        self.content = content

    def query(self, _data: bytes, _timeout_s: float) -> bytes:
        return b""

    def read_line(self, _timeout_s: float) -> bytes:
        return self.content or b"\x00"


def _frame(content: bytes) -> object:
    """What the cable makes of a frame; the first byte chooses the command that was asked."""
    return shdlc_port.Cable(_Answering(content[1:]), WallClock()).ask((content or b"\x35")[0])


def _settings(line: bytes) -> object:
    """A setting that is off, on, or could not be checked, which is a third answer and no error."""
    try:
        return [mt_sics_settings.refusal(one, line) for one in mt_sics_settings.SETTINGS]
    except mt_sics_settings.NotChecked as unknown:
        return str(unknown)


def _pump_fields(line: bytes) -> object:
    return mock_pump_frames.telemetry_fields(tuple(line.decode("latin-1").split(" ")), line)


def _scpi() -> dict[str, Target]:
    from drivers import scpi_answers as scpi

    def texts(function: Callable[..., object], *before: str) -> Callable[[bytes], object]:
        return lambda data: function("fuzz", *before, data.decode("latin-1"))

    where = "drivers.scpi_answers."
    return {
        where + "number": (texts(scpi.number, "READ?"), [b"+3.5E+02", b"9.9E37", b"-9.91E+37", b"1"]),
        where + "flag": (texts(scpi.flag, "OUTP?"), [b"1", b"ON", b"+0"]),
        where + "error_of": (texts(scpi.error_of), [b'+0,"No error"', b'-113,"Undefined header"', b"0, No error"]),
        where + "identity": (texts(scpi.identity), [b"Keysight Technologies,E36312A,SIM-PSU-0001,2.1.0-1.0.4-1.12"]),
        where + "without_header": (texts(scpi.without_header, ":SENS1:PRES?"), [b"SENS1:PRES 35.29", b":SENS:PRES 1"]),
    }


def _balances() -> dict[str, Target]:
    mt, sbi, radwag, and_ = mt_sics_answers, sbi_answers, radwag_answers, and_answers
    weights = [b"S S   53.15042 g", b"S D   53150.42 mg", b"S +", b"S I", b"S S Error 10b", b"TA A    1.00000 g"]
    radwag_weights = [b"SI ?-  0.00020 g  ", b"SI    53.1504 g  ", b"SI ^", b"SI I", b"ES"]
    sbi_lines = [b"+  12.3450 g  ", b"N     +  12.3450 g  ", b"Stat        High", b"Stat     ERR 054", b"MSE225S"]
    and_lines = [b"ST,+00123.45  g", b"US,-00183.69  g", b"OL,+999999E+19", b"EC,E02", b"\x06", b"SN,0123"]
    return {
        "drivers.balance.mt_sics_answers.parse_weight": (mt.parse_weight, weights),
        "drivers.balance.mt_sics_answers.parse_text": (lambda line: mt.parse_text(line, "I4"), [b'I4 A "B01"', b"ES"]),
        "drivers.balance.mt_sics_settings.refusal": (
            _settings,
            [b"M03 A 0", b'C0 A 1 0 ""'],
        ),
        "drivers.balance.mt_sics_stream.WeightStream": (
            lambda data: WeightStream(0.0).rows(data.split(b"\r\n"), 1.0),
            [b"\r\n".join(weights)],
        ),
        "drivers.balance.sbi_answers.parse_line": (sbi.parse_line, sbi_lines),
        "drivers.balance.sbi_answers.parse_text": (lambda line: sbi.parse_text(line, "model"), sbi_lines),
        "drivers.balance.sbi_answers.is_weight": (sbi.is_weight, sbi_lines),
        "drivers.balance.and_answers.parse_weight": (and_.parse_weight, and_lines),
        "drivers.balance.and_answers.parse_text": (lambda line: and_.parse_text(line, "SN"), and_lines),
        "drivers.balance.radwag_answers.parse_weight": (
            lambda line: radwag.parse_weight(line, b"SI"),
            radwag_weights,
        ),
        "drivers.balance.radwag_answers.parse_tare": (radwag.parse_tare, [b"OT       1.0000 g  ", *radwag_weights]),
        "drivers.balance.radwag_answers.parse_text": (
            lambda line: radwag.parse_text(line, "NB"),
            [b'NB A "384625"', b"NB I", b"ES"],
        ),
        "drivers.balance.radwag_answers.check_ending": (
            lambda line: radwag.check_ending(line, "Z", "D"),
            [b"Z D", b"Z E", b"Z ^"],
        ),
    }


def _others() -> dict[str, Target]:
    ptu, flow, pump = ptu300_answers, slf3x_answers, mock_pump_frames
    message = b"P= 1013.2 hPa T= 31.1 'C RH= 38.3 %RH"
    information = b"PTU300 / 2.06\nSerial number  : A0350001"
    frames = [b"<02 OK 6250*A692", b"!BT P 1*1329", b"<01 ER 3 command*0000", b"!NK 1*0000"]
    return {
        "drivers.environment.ptu300_answers.parse_reading": (ptu.parse_reading, [message, b"P= ****.* hPa"]),
        "drivers.environment.ptu300_answers.parse_information": (
            lambda data: ptu.parse_information(data.split(b"\n")),
            [information],
        ),
        "drivers.environment.ptu300_answers.without_prompt": (ptu.without_prompt, [b">SEND\r" + message]),
        "drivers.flow.slf3x_answers.parse_text": (flow.parse_text, [b"SCC1-USB\x00"]),
        "drivers.flow.slf3x_answers.parse_product": (flow.parse_product, [b"070303010123456789\x00"]),
        "drivers.flow.slf3x_answers.parse_scale": (flow.parse_scale, [b"\x00\x0a\x08\x44\x00\x00"]),
        "drivers.flow.slf3x_answers.parse_last": (flow.parse_last, [b"\x00\x01\x12\x00\x00\x00", b""]),
        "drivers.flow.slf3x_answers.parse_buffer": (flow.parse_buffer, [bytes(6) + b"\x00\x03" + bytes(12)]),
        "drivers.flow.shdlc_port.Cable": (_frame, [b"\x35\x00\x35\x00\x00\xca", b"\x35\x00\x35\x02\x00\xc8"]),
        "drivers.pump.mock_pump_frames.decode": (pump.decode, frames),
        "drivers.pump.mock_pump_frames.telemetry_fields": (_pump_fields, [b"0 1000 R 16 6250 0 -5 10 7 0 0 32 3"]),
    }


TARGETS: dict[str, Target] = {**_balances(), **_others(), **_scpi()}
