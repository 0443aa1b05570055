"""The `.nvc` file and entropy coding. Floor 2.

From outside use `container.NvcReader`, `container.NvcWriter`, `container.Header`, and `entropy`.
`FORMAT.md` beside this file writes the format down.
"""
