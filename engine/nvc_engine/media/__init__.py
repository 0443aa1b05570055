"""Clips in and out: opening, exact frame access, colour, carried tracks, scene cuts, writing. Floor 1.

From outside use `opening.open_video`, the types of `clip` and `picture`, `colour`, `facts.clip_facts`,
`writing.write_video`, `output.writing_beside`, `png_folder.png_bytes`, `tracks`, `scenes.scene_cuts`, `cache`.
PyAV is used nowhere else in the studio.
"""
