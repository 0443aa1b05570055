"""Encodes on the machines of a Ray cluster: scenes and jobs spread over nodes, results and checkpoints streamed home.

Floor 5. From outside use `queue.ClusterQueue`. Needs the extra `cluster`. What we hand to Ray are bytes and names, not
objects of ours; how Ray itself packs what is to be run is its own affair, so that a cluster is to be trusted.
"""
