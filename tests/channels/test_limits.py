"""So many a minute for each key."""

import pytest

from hjalpsam.channels.limits import WINDOW, RateLimit


class Seconds:
    """A clock that goes when it is told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds


@pytest.fixture
def seconds():
    return Seconds()


@pytest.mark.parametrize("per_minute", [1, 3, 30])
def test_so_many_are_allowed_and_no_more(seconds, per_minute):
    limit = RateLimit(per_minute, now=seconds)
    assert [limit.allow("a") for _ in range(per_minute + 2)] == [True] * per_minute + [False] * 2


def test_the_window_slides(seconds):
    limit = RateLimit(2, now=seconds)
    assert limit.allow("a")
    seconds.wait(40)
    assert limit.allow("a")
    assert not limit.allow("a")
    seconds.wait(WINDOW - 40)  # a minute after the first
    assert limit.allow("a")
    assert not limit.allow("a")
    seconds.wait(40)  # a minute after the second
    assert limit.allow("a")
    assert not limit.allow("a")


def test_a_full_minute_has_to_pass(seconds):
    limit = RateLimit(1, now=seconds)
    limit.allow("a")
    seconds.wait(WINDOW - 0.001)
    assert not limit.allow("a")
    seconds.wait(0.001)
    assert limit.allow("a")


def test_those_refused_do_not_count(seconds):
    limit = RateLimit(1, now=seconds)
    for _ in range(10):
        limit.allow("a")
        seconds.wait(WINDOW / 10)
    assert limit.allow("a")


def test_keys_are_independent(seconds):
    limit = RateLimit(1, now=seconds)
    assert [limit.allow(key) for key in "aabab"] == [True, False, True, False, False]


def test_only_the_latest_keys_are_remembered(seconds):
    limit = RateLimit(1, max_keys=2, now=seconds)
    assert [limit.allow(key) for key in "abc"] == [True] * 3
    assert [limit.allow(key) for key in "bc"] == [False] * 2
    assert limit.allow("a")  # forgotten when c came


def test_a_key_that_goes_on_asking_is_not_forgotten(seconds):
    limit = RateLimit(1, max_keys=2, now=seconds)
    assert [limit.allow(key) for key in "abaca"] == [True, True, False, True, False]


def test_zero_is_no_limit(seconds):
    limit = RateLimit(0, now=seconds)
    assert all(limit.allow("a") for _ in range(1000))
