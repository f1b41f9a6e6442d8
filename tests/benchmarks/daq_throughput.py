"""Eight channels at 50 kS/s from the simulated device in a process of its own: loss, lateness, client CPU.

The device grants 51.2 kS/s. Each of the two drains the same device for the same time, through gRPC on the loopback: the
bare nidaqmx reader, and our driver. With a run and its record around it: ``daq_recorded.py``.

    python tests/benchmarks/daq_throughput.py [SECONDS]

Checked, not only printed: samples times periods is the time that passed, times are gapless, no overrun. With SECONDS
of 60 this is the acceptance figure.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import grpc
import nidaqmx
import numpy as np
from nidaqmx.constants import AcquisitionType
from nidaqmx.stream_readers import AnalogMultiChannelReader

from drivers.clock import WallClock
from drivers.daq.nidaqmx import NiDaq, open_nidaqmx
from drivers.wire_log import WireLog

SECONDS = 20.0
RATE = "50 kHz"
EVERY_S = 0.1
TURNS = 2000
CLOCK = WallClock()
VOLTAGES = [
    {"name": f"ai{n}", "physical": f"Dev1/ai{n}", "kind": "voltage", "range": ["-10 V", "10 V"]} for n in range(4)
]
BRIDGES = [
    {"name": f"ai{n}", "physical": f"Dev1/ai{n}", "kind": "bridge", "range": ["-2 mV/V", "2 mV/V"]} for n in range(4, 8)
]


@contextmanager
def server() -> Iterator[str]:
    """The simulated device in a process of its own; gives its address."""
    command = [sys.executable, "-m", "fixtures.simulated.nidaqmx_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield (process.stdout.readline() if process.stdout else "").strip()
        process.communicate("")


def cpu_s() -> float:
    """Processor time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def paced(seconds: float, drain: Callable[[], int]) -> tuple[int, float, float]:
    """Drain every tenth of a second: samples on each channel, the 99th percentile of a drain [s], CPU share."""
    begin, used, count, spent = CLOCK.now(), cpu_s(), 0, []
    for step in range(1, round(seconds / EVERY_S) + 1):
        CLOCK.sleep_until(begin + step * EVERY_S)
        before = CLOCK.now()
        count += drain()
        spent.append(CLOCK.now() - before)
    return count, float(np.percentile(spent, 99)), (cpu_s() - used) / (CLOCK.now() - begin)


def bare(address: str, seconds: float) -> tuple[int, float, float]:
    """What somebody would write on nidaqmx alone."""
    with (
        grpc.insecure_channel(address, options=[("grpc.max_receive_message_length", -1)]) as channel,
        nidaqmx.Task(grpc_options=nidaqmx.GrpcSessionOptions(channel, "")) as task,
    ):
        task.ai_channels.add_ai_voltage_chan("Dev1/ai0:3")
        task.ai_channels.add_ai_bridge_chan("Dev1/ai4:7")
        task.timing.cfg_samp_clk_timing(50e3, sample_mode=AcquisitionType.CONTINUOUS, samps_per_chan=1_500_000)
        reader = AnalogMultiChannelReader(task.in_stream)
        reader.verify_array_shape = False
        task.start()

        def drain() -> int:
            there = task.in_stream.avail_samp_per_chan
            return int(reader.read_many_sample(np.empty((8, there)), there, timeout=0.0))

        return paced(seconds, drain)


@contextmanager
def opened(address: str, wire: WireLog) -> Iterator[NiDaq]:
    """Our driver, running."""
    options = {"grpc": address, "rate": RATE, "channels": [*VOLTAGES, *BRIDGES]}
    with open_nidaqmx("Dev1", clock=CLOCK, wire=wire, options=options) as daq:
        daq.prepare()
        yield daq


def ours(address: str, seconds: float) -> tuple[int, float, float]:
    """The driver."""
    wire = WireLog()
    with opened(address, wire) as daq:
        due_s = None

        def drain() -> int:
            nonlocal due_s
            arrays = daq.drain_arrays()
            times_s = arrays["t_s"]
            period_s = 1.0 / daq.sample_rate.m_as("Hz")
            if due_s is not None and len(times_s) and abs(times_s[0] - due_s) > 0.01 * period_s:
                raise SystemExit(f"expected the next sample at {due_s} s, found it at {times_s[0]} s")
            due_s = times_s[-1] + period_s if len(times_s) else due_s
            wire.drain()
            return len(times_s)

        found = paced(seconds, drain)
        lost = seconds * daq.sample_rate.m_as("Hz") - found[0]
        if abs(lost) > 0.5 * daq.sample_rate.m_as("Hz"):
            raise SystemExit(f"expected the samples of {seconds} s, found {lost:.0f} fewer")
        return found


def round_trip(turns: int, drain: Callable[[], object]) -> float:
    """The median of one drain that finds few samples or none [s]."""
    spent = []
    for _ in range(turns):
        before = CLOCK.now()
        drain()
        spent.append(CLOCK.now() - before)
    return float(np.median(spent))


def small_drains(address: str) -> tuple[float, float]:
    """One drain at 1 kS/s on one channel [s]: two calls to the server, by the bare client and by the driver."""
    with (
        grpc.insecure_channel(address) as channel,
        nidaqmx.Task(grpc_options=nidaqmx.GrpcSessionOptions(channel, "")) as task,
    ):
        task.ai_channels.add_ai_voltage_chan("Dev1/ai0")
        task.timing.cfg_samp_clk_timing(1e3, sample_mode=AcquisitionType.CONTINUOUS)
        reader = AnalogMultiChannelReader(task.in_stream)
        reader.verify_array_shape = False
        task.start()

        def drain() -> None:
            there = task.in_stream.avail_samp_per_chan
            if there:
                reader.read_many_sample(np.empty((1, there)), there, timeout=0.0)

        plain = round_trip(TURNS, drain)
    options = {"grpc": address, "rate": "1 kHz", "channels": VOLTAGES[:1]}
    with open_nidaqmx("Dev1", clock=CLOCK, wire=WireLog(), options=options) as daq:
        daq.prepare()
        return plain, round_trip(TURNS, daq.drain_arrays)


def main(seconds: float) -> None:
    """Measure and print."""
    with server() as address:
        results = {
            "bare reader": bare(address, seconds),
            "driver": ours(address, seconds),
        }
        small = small_drains(address)
    plain = results["bare reader"]
    for name, (count, late_s, share) in results.items():
        print(
            f"{name:11} {count} samples on each of 8 channels in {seconds:g} s, drain p99 {late_s * 1e3:5.1f} ms "
            f"(ratio {late_s / plain[1]:.2f}), CPU {share:6.1%} (ratio {share / plain[2]:.2f})"
        )
    print(f"small drain: bare {small[0] * 1e6:.0f} us, driver {small[1] * 1e6:.0f} us, ratio {small[1] / small[0]:.2f}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
