"""How far a training has come, and how long it will take yet, in words for the operator."""

from __future__ import annotations

import contextlib
import gc
import logging
import sys
import time
from collections.abc import Iterator

STEPS = {
    "SpellingCorrector": ("hur ord stavas", 55),
    "TfidfFeaturizer": ("vilka ord som säger mest", 44),
    "EncoderFeaturizer": ("vad meningar betyder", 36),
    "CalibratedLinearClassifier": ("vilken avsikt som menas", 33),
    "QuickRulePolicy": ("vilket svar som följer", 12),
}
"""What each component learns, and the seconds from then to the end: measured on two cores, with no new lines."""

WHOLE = 70
"""Seconds of that training."""

READ_PER_SECOND = 66
"""Lines that are new to the encoder, on two cores, before it is seen how fast it goes."""


class Progress(logging.Handler):
    """Tells which step of a training has begun; listens to what Rasa and the encoder log."""

    def __init__(self, unread: int) -> None:
        """`unread`: how many lines are new to the encoder, more or less."""
        super().__init__(logging.INFO)
        self._output = sys.stdout  # as it is now: while Rasa trains, its own is put aside
        self._started = time.monotonic()
        self._unread = unread
        self._pace: float | None = None  # 2 when it takes twice as long as measured
        self._reading_since = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of a step that begins, and how far the encoder has come; a fault in that ends no training."""
        try:
            self._tell_of(record)
        except Exception:
            self.handleError(record)

    def _tell_of(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        step = message.partition("'")[2].partition("'")[0]
        if message.startswith("Starting to train component") and step in STEPS:
            self._tell(f"lär sig {STEPS[step][0]}", self._left(step))
        elif record.name == "hjalpsam.nlu.encoder" and isinstance(record.args, tuple):
            lines, read = (int(str(number)) for number in record.args)
            self._tell(message, self._left_of_reading(lines, read))

    def _left(self, step: str) -> float:
        left = STEPS[step][1]
        if self._pace is None:
            self._pace = max(1.0, self._seconds / (WHOLE - left))
        to_read = self._unread if left >= STEPS["EncoderFeaturizer"][1] else 0
        return self._pace * (left + to_read / READ_PER_SECOND)

    def _left_of_reading(self, lines: int, read: int) -> float:
        if not read:
            self._reading_since, self._unread = self._seconds, lines
            return self._left("EncoderFeaturizer")
        per_second = read / (self._seconds - self._reading_since)
        self._unread = 0
        return (lines - read) / per_second + self._left("EncoderFeaturizer")

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _tell(self, what: str, left: float) -> None:
        print(f"  {self._seconds:4.0f} s  {what}, ungefär {left:.0f} s kvar", file=self._output, flush=True)


@contextlib.contextmanager
def telling(progress: Progress) -> Iterator[None]:
    """While it lasts, the steps of a training are told."""
    loggers = [logging.getLogger(name) for name in ("rasa.engine.training.hooks", "hjalpsam.nlu")]
    for logger in loggers:
        logger.addHandler(progress)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(progress)
            logger.propagate = True


@contextlib.contextmanager
def without_sweeping() -> Iterator[None]:
    """Spare Python's search for garbage in cycles: a tenth of a training's time, with 13,000 examples in memory."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
