"""Clips in and out: opening, exact frame access, colour, carried tracks, scene cuts, writing. Floor 1.

From outside use `opening.open_video`, the types of `clip` and `picture`, `colour`, `writing.write_video`,
`tracks`, `scenes.scene_cuts`. PyAV is used nowhere else in the studio.
"""
