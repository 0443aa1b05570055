"""How codecs that fit a network to a clip turn its parameters into bytes and back.

`symbols` has the integers and their decoded values, `quantiser` learns steps and scales with the network, `contexts`
says what decoded symbols tell of the next ones, `fitting` finds the cheapest laws, `coding` writes and reads the bytes.
Tensors go by their names: those that begin with "grid." carry the clip itself [slices, rows, columns, channels].
"""
