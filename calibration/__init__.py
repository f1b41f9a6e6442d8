"""What a reading means: units, gravimetry, uncertainty, Monte Carlo and calibration records."""
