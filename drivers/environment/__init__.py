"""Temperature, pressure and humidity of the air."""
