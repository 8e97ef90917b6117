"""HjälpSam: a support chatbot for municipalities on the subject of violent extremism."""

import os

# One thread a text in the encoder: with two, 16 ms becomes 200 ms and more as soon as another
# process wants a core, because OpenMP waits by spinning. It is read when the first library that
# uses OpenMP is loaded, so it is set before any of them.
os.environ.setdefault("OMP_NUM_THREADS", "1")
