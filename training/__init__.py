"""slugline's heavy half: fits the models that `nlp` runs.

`linear` fits the linear classifiers and writes their folder, `cleaning` the classifier of page lines.
`training` imports `nlp`, never the reverse at import time.
"""
