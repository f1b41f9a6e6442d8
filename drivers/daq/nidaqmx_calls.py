"""A gRPC channel with a deadline on each call and with the wire log; imported only where gRPC is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import grpc

from drivers.daq.nidaqmx_log import logged, logged_answer, logged_failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.clock import Clock
    from drivers.wire_log import WireChannel


class _Details(NamedTuple):
    """What gRPC wants to know of a call; the fields are those of ``grpc.ClientCallDetails``."""

    method: str
    timeout: float | None
    metadata: Any
    credentials: Any
    wait_for_ready: bool | None
    compression: Any


def watched(channel: Any, timeout_s: float, clock: Clock, wire: WireChannel) -> Any:
    """The channel, with a deadline and the wire log on each call; event streams pass untouched.

    Args:
        channel: of gRPC.
        timeout_s: for each call.
        clock, wire: for the log.
    """

    def intercept(_: Any, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        name = details.method.rpartition("/")[2]
        wire.sent(clock.now(), logged(name, request))
        call = continuation(
            _Details(details.method, timeout_s, details.metadata, details.credentials, None, None), request
        )
        if call.code() == grpc.StatusCode.OK:
            wire.received(clock.now(), logged_answer(name, request, call.result()))
        else:
            wire.failed(clock.now(), logged_failure(name, call))
        return call

    made = type("Watch", (grpc.UnaryUnaryClientInterceptor,), {"intercept_unary_unary": intercept})
    return grpc.intercept_channel(channel, made())
