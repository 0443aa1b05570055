"""Network parts that codecs share: layers, interpolation, quantisers, rate estimates, optimisers. Floor 1."""
