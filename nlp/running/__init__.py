"""Batches: many articles through a job, in order, in one process or several, to a stream or to a file.

`jobs` says what is done to an item, `pipeline` does it to many of them, `checkpoint` keeps a file whole over kills
and resumptions, `progress` shows how far it is, and `batch` puts the four together.
"""
