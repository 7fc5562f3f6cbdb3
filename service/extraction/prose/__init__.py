"""The indicators that sentences tell; `indicators.read_indicators` is the way in."""
