"""Whatever is sent, the answer is JSON without a stack trace, never a 5xx, and never silence."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
BODIES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("sender", "message", "metadata", "message_id", "value", "reason"), VALUES)
)
REQUESTS = st.sampled_from(
    [("POST", "/session"), ("POST", "/webhook"), ("POST", "/feedback"), ("DELETE", "/session"), ("PUT", "/webhook")]
)
ODDLY = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def is_answer(status, answer):
    """An error says what to do and where help is; anything else is what was asked for."""
    if status >= 400:
        return status < 500 and answer.keys() == {"error"} and "112" in answer["error"]
    return status in (200, 201, 204)


@given(request=REQUESTS, body=BODIES)
@ODDLY
async def test_odd_json(residents, request, body):
    assert is_answer(*await residents.request(*request, body))


@given(request=REQUESTS, body=st.binary(max_size=200))
@ODDLY
async def test_bytes(residents, request, body):
    assert is_answer(*await residents.request(*request, data=body))


@given(message=st.text(min_size=1, max_size=1_000))
@ODDLY
async def test_any_text_in_a_real_conversation_gets_a_reply(residents, message):
    sender, _ = await residents.open()
    status, answer = await residents.request("POST", "/webhook", {"sender": sender, "message": message})
    assert is_answer(status, answer)
    if status == 200:
        assert answer
        assert all(reply["text"] for reply in answer)


@given(
    headers=st.dictionaries(
        st.sampled_from(["Authorization", "Content-Type", "Origin", "X-Forwarded-For"]),
        st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40),
    )
)
@ODDLY
async def test_odd_headers(staff, headers):
    headers = {"Authorization": "wrong", **headers}
    assert is_answer(*await staff.request("POST", "/session", {}, headers=headers))


@pytest.mark.parametrize("path", ["/..%2f..%2ffacts.yml", "/webhook/../../facts.yml", "/%00", "/å", "/" + "a" * 3_000])
async def test_odd_paths(residents, path):
    status, answer = await residents.request("GET", path)
    assert status in (400, 404)
    assert "112" in answer["error"]
