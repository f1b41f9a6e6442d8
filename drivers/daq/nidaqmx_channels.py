"""How a channel of the options becomes a channel of a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drivers.daq.nidaqmx_options import ChannelOptions


def add_channel(task: Any, channel: ChannelOptions) -> None:
    """Add it; every choice of nidaqmx that changes what is measured is made here and not left to its defaults.

    Args:
        task: of nidaqmx.
        channel: of the options.
    """
    from nidaqmx import constants as ni

    common: dict[str, Any] = {
        "name_to_assign_to_channel": channel.name,
        "min_val": channel.low,
        "max_val": channel.high,
    }
    if channel.kind == "voltage":
        task.ai_channels.add_ai_voltage_chan(channel.physical, units=ni.VoltageUnits.VOLTS, **common)
        return
    common |= {
        "bridge_config": ni.BridgeConfiguration[f"{channel.bridge.upper()}_BRIDGE"],
        "voltage_excit_source": ni.ExcitationSource.INTERNAL,
        "voltage_excit_val": channel.excitation_v,
        "nominal_bridge_resistance": channel.resistance_ohm,
    }
    if channel.kind == "bridge":
        task.ai_channels.add_ai_bridge_chan(channel.physical, units=ni.BridgeUnits.VOLTS_PER_VOLT, **common)
        return
    task.ai_channels.add_ai_force_bridge_two_point_lin_chan(
        channel.physical,
        units=ni.ForceUnits.NEWTONS,
        first_electrical_val=channel.electrical[0],
        second_electrical_val=channel.electrical[1],
        electrical_units=ni.BridgeElectricalUnits.VOLTS_PER_VOLT,
        first_physical_val=channel.force_n[0],
        second_physical_val=channel.force_n[1],
        physical_units=ni.BridgePhysicalUnits.NEWTONS,
        **common,
    )
