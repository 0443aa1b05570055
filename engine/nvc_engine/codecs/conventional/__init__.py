"""Conventional encoders to compare with: x264, x265, SVT-AV1 and VP9, as PyAV has them. Floor 3.

Their results are ordinary files. From outside use the registry; each encoder is a `contract.FileCodec` there. Whoever
wants no job takes `encoding.encode_file`; encoders may end the process that runs them.
"""
