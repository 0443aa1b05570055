"""The engine of NVC Studio: codecs, files, jobs, the terminal and the studio's engine process. Never imports Qt.

A file here may import only from floors below its own (`tests/test_floors.py` holds this):

    5  cli*.py  server.py  serving/  player*.py   doors: terminal, engine process, the processes that it spawns
       worker.py
    4  jobs/                                      queue, runner, checkpoints, results
    3  codecs/                                    one folder a codec, one registry, one contract
    2  bitstream/  quality/                       the .nvc container and entropy coding | distortion metrics
    1  media/  nn/  protocol/                     clips in and out, colour | shared layers | plain data of the wire
    0  errors.py                                  the one base error
"""

__version__ = "0.1.0"
