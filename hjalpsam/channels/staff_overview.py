"""What the staff's page shows in pictures: counts of chosen days, never text."""

from __future__ import annotations

import asyncio
import csv
import datetime
import io
import re
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from hjalpsam.channels.chat import ChatInput
from hjalpsam.channels.errors import ChatError
from hjalpsam.content.facts import Helpline
from hjalpsam.hours.clock import system_clock
from hjalpsam.hours.helpline import helpline_status
from hjalpsam.storage.resources import facts_file
from hjalpsam.storage.statistics import shared_statistics

MOST_DAYS = 3_660
_DAY = datetime.timedelta(days=1)

Period = tuple[datetime.date, datetime.date]


def add_routes(blueprint: Blueprint, channel: ChatInput) -> None:
    """`/statistics` as JSON and as CSV."""

    @blueprint.get("/statistics")
    async def statistics(request: Request) -> HTTPResponse:
        channel.authorise(request)
        return json(await asyncio.to_thread(_counts, period_of(request)), ensure_ascii=False)

    @blueprint.get("/statistics.csv")
    async def table(request: Request) -> HTTPResponse:
        channel.authorise(request)
        first, last = period_of(request)
        headers = {"Content-Disposition": f'attachment; filename="hjalpsam-{first}-{last}.csv"'}
        text = await asyncio.to_thread(_table, (first, last))
        return HTTPResponse(text, headers=headers, content_type="text/csv; charset=utf-8")


def period_of(request: Request) -> Period:
    """The days asked for: `first` and `last`, or so many `days` up to today (30).

    Raises:
        ChatError: 400 when they are no days, the wrong way round, or more than `MOST_DAYS`.
    """
    today = system_clock().astimezone(facts_file().current().helpline.zone).date()
    try:
        if "first" in request.args or "last" in request.args:
            first, last = (datetime.date.fromisoformat(request.args.get(name, "")) for name in ("first", "last"))
        else:
            days = request.args.get("days", "30")
            if not re.fullmatch("[0-9]{1,4}", days):
                raise ValueError(days)
            first, last = today - _DAY * (int(days) - 1), today
    except (ValueError, OverflowError):
        raise ChatError(400, "utter_error_bad_request") from None
    if not 0 <= (last - first).days < MOST_DAYS:
        raise ChatError(400, "utter_error_bad_request", "Från-datumet ska vara före till-datumet, högst tio år före.")
    return first, last


def open_hours(helpline: Helpline, last: datetime.date) -> list[int]:
    """The hours of the day (0-23) in which the helpline was open at half past on some day of the week up to `last`."""
    halves = [
        datetime.datetime.combine(last - _DAY * back, datetime.time(hour, 30), tzinfo=helpline.zone)
        for back in range(7)
        for hour in range(24)
    ]
    return sorted({moment.hour for moment in halves if helpline_status(helpline, moment).open})


def _counts(period: Period) -> dict[str, Any]:
    counts, (first, last) = shared_statistics(), period
    try:
        hours = open_hours(facts_file().current().helpline, last)
    except Exception:  # the counts are there even if the hours cannot be worked out
        hours = []
    return {
        "first": str(first),
        "last": str(last),
        "totals": counts.totals(first, last),
        "by_hour": {str(hour): number for hour, number in counts.by_hour(first, last).items()},
        "by_day": {str(day): numbers for day, numbers in counts.by_day(first, last).items()},
        "open_hours": hours,
    }


def _table(period: Period) -> str:
    """One row for each day and what was counted; the mark in front lets spreadsheets see that it is UTF-8."""
    table = io.StringIO()
    rows = csv.writer(table, delimiter=";")
    rows.writerow(["dag", "vad", "namn", "antal"])
    rows.writerows(shared_statistics().everything(*period))
    return "\ufeff" + table.getvalue()
