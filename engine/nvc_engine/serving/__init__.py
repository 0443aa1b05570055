"""The engine process: a broker between windows, player and workers. Floor 5; imports neither torch nor av.

`engine.Engine` ties the parts together in one thread: `door` lets windows in, `window_link` speaks with one of them,
`playback` looks after the player process, `job_queue` runs the jobs, `errands` the exports and measurements.
"""
