"""HjälpSam: a support chatbot for municipalities on the subject of violent extremism."""

import os

# One thread a text in the encoder: 30 ms, and 76 (95th percentile) beside a training. With two it
# is 18, but 740 to 1,300 beside a training, because OpenMP waits by spinning. It is read when the
# first library that uses OpenMP is loaded, so it is set before any of them.
os.environ.setdefault("OMP_NUM_THREADS", "1")
