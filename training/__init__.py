"""slugline's heavy half: fits the models that `nlp` runs.

`linear` fits the linear classifiers and writes their folder, `cleaning` the classifier of page lines; `export` turns
encoders into ONNX folders, `quantize` puts them into eight bits.
`training` imports `nlp`, never the reverse at import time.
"""
