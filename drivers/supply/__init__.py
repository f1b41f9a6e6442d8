"""DC supplies that stand in for the pump's battery."""
