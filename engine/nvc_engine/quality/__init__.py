"""Distortion metrics, one implementation for every codec. Floor 2. From outside use `measure.measure`."""
