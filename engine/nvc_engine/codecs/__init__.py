"""The codecs: one folder each, one registry, one contract. Floor 3.

From outside use `registry.codec`, `registry.codecs`, the types of `contract`, `sources.open_source` (anything that
can be shown, `.nvc` included) and `settings`. No file outside a codec's own folder knows a codec by name.
"""
