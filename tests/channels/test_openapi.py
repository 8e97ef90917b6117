"""Requests made from docs/openapi.yml, right and wrong ones: every answer is as described there, none is a 5xx.

`make fuzz` makes 10,000 of them, `make test` 500.
"""

import asyncio
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hjalpsam.paths import ROOT

SCHEMA = schemathesis.openapi.from_path(ROOT / "docs" / "openapi.yml")
OPERATIONS = [("/session", "POST"), ("/session", "DELETE"), ("/webhook", "POST"), ("/feedback", "POST")]
READING = [("/helpline", "GET"), ("/health", "GET")]
REQUESTS = int(os.environ.get("HJALPSAM_FUZZ", "200"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def requests_to(operations):
    """Requests as described, and as they should not be."""
    return st.one_of(
        SCHEMA[path][method].as_strategy(generation_mode=mode)
        for path, method in operations
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    )


def test_every_operation_of_the_description_is_tried():
    described = {(path, method.upper()) for path, methods in SCHEMA.raw_schema["paths"].items() for method in methods}
    assert described == {*OPERATIONS, *READING}


@given(data=st.data())
@settings(max_examples=REQUESTS, suppress_health_check=list(HealthCheck))
async def test_answers_are_as_described(residents, data):
    case = data.draw(requests_to(OPERATIONS))
    if data.draw(st.booleans()) and isinstance(case.body, dict):
        sender, messages = await conversation(residents)
        case.body = {**case.body, "sender": sender}
        if "message_id" in case.body and data.draw(st.booleans()):
            case.body["message_id"] = messages[0]["id"]
    await asyncio.to_thread(case.call_and_validate, base_url=residents.base, checks=CHECKS)


async def conversation(residents):
    """A conversation that goes on through many requests."""
    known = getattr(residents, "fuzzed", None)
    if known is None or (await residents.request("POST", "/webhook", {"sender": known[0], "message": "hej"}))[0] != 200:
        residents.fuzzed = await residents.open()
    return residents.fuzzed


@pytest.mark.parametrize(("path", "method"), READING)
async def test_what_is_only_read_is_as_described(residents, path, method):
    case = SCHEMA[path][method].Case()
    await asyncio.to_thread(case.call_and_validate, base_url=residents.base, checks=CHECKS)
