"""How weights of SEVC are learned. Floor 3, like the codec.

From outside use `session`: what a training is ordered as, what it needs, its reports and its validation. Files of a
run are its caller's affair. Source: specs/sevc.md, 11.
"""
