"""The facts of facts.yml: numbers, hours, names and links, each group with its source.

One schema reads the file; a group that it does not know is one of its own (`FreeGroup`), usable in texts at once.
At start a wrong file stops the program (`FactsError` names file, field, fault and an example of
right); while it runs, `FactsFile` keeps the last good facts.

    facts = FactsFile("facts.yml")
    facts.current().placeholders()["helpline_number"]    # "020-100 200"
"""

import datetime
import difflib
import logging
import re
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.lists import format_list
from opening_hours import OpeningHours, ParserError, UnknownCountryError  # type: ignore[attr-defined]
from pydantic import (
    BaseModel,
    ConstrainedInt,
    ConstrainedStr,
    Extra,
    Field,
    PrivateAttr,
    ValidationError,
    root_validator,
    validator,
)
from pydantic.fields import ModelField

from hjalpsam.content.languages import ENGLISH, SWEDISH, locale_of
from hjalpsam.content.yaml_files import YamlError, read_yaml

logger = logging.getLogger(__name__)


class FactsError(Exception):
    """facts.yml cannot be used; the message (Swedish, for the operator) says where and why."""


class _Strict(BaseModel):
    """Nothing is guessed: an unknown field or a value of another kind is an error.

    pydantic would read an unquoted 033123456 (octal in YAML), yes or 2022 as what they are not.
    """

    class Config:
        extra = Extra.forbid
        allow_mutation = False
        anystr_strip_whitespace = True
        keep_untouched = (cached_property,)

    @validator("*", pre=True)
    def _of_the_right_kind(cls, value: Any, field: ModelField) -> Any:  # noqa: N805 (pydantic's own form)
        if value is None or (value == "" and not field.required):
            return None
        if field.type_ is datetime.date:
            # YAML gives a date, or a text when it stands in quotes; 2022 would be read as seconds since 1970
            if type(value) is not datetime.date and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
                raise TypeError("inget datum")
        elif field.type_ in (Words, WordLists) and not isinstance(value, dict):
            return {SWEDISH: value, ENGLISH: value}  # the same in both languages
        elif isinstance(field.type_, type) and issubclass(field.type_, str):
            for item in value if isinstance(value, list) else [value]:
                if item is not None and not isinstance(item, str):
                    raise TypeError("ingen text")
        return value


class Words(_Strict):
    """A text in the languages the assistant answers in; the same in both where the file has one."""

    sv: str = Field(..., min_length=1, example="text")
    en: str = Field(..., min_length=1, example="text")


class Source(_Strict):
    """Where facts come from; `name` is what residents read ("boras.se")."""

    name: Words = Field(..., example="boras.se")
    url: str | None = Field(None, regex=r"^https?://\S+$", example="https://www.boras.se/sidan")


class Group(_Strict):
    """A group of facts with one source (a key of `sources`) and the date it said so."""

    source: str = Field(..., example="city_page")
    as_of: datetime.date = Field(..., example="2022-10-01")


class _Item(ConstrainedStr):
    """An item of a list of texts."""

    min_length = 1


class WordLists(_Strict):
    """A list of texts in both languages."""

    sv: list[_Item] = Field(..., min_items=1, example="[en, två]")
    en: list[_Item] = Field(..., min_items=1, example="[one, two]")


_PHONE = Field(..., regex=r"^\+?\d[\d -]*\d$", example='"020-100 200"')
_OPTIONAL_PHONE = Field(None, regex=r"^\+?\d[\d -]*\d$", example='"033-12 34 56"')
_OPTIONAL_EMAIL = Field(None, regex=r"^\S+@\S+$", example="kommunen@kommunen.se")
_LINK = Field(..., regex=r"^https?://\S+$", example="https://www.boras.se/")
_OPTIONAL_LINK = Field(None, regex=r"^https?://\S+$", example="https://www.boras.se/")
_TEXT = Field(..., min_length=1, example="text")
_TEXTS = Field(..., min_items=1, example="[svenska, engelska]")
_WORDS = Field(..., example="{sv: text, en: text}")
_OPTIONAL_WORDS = Field(None, example="{sv: text, en: text}")
_LISTS = Field(..., example="{sv: [en, två], en: [one, two]}")


_FORMS = {
    "number": _PHONE,
    "phone": _PHONE,
    "link": _LINK,
    "page": _LINK,
    "email": _OPTIONAL_EMAIL,
}  # by a field's name


class FreeGroup(Group):
    """A group that no class knows: its fields are texts or lists of texts, in one language or two, or empty."""

    class Config:
        """Any field may stand there."""

        extra = Extra.allow

    @root_validator(pre=True)
    def _fields(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805
        return {name: value if name in Group.__fields__ else _free_value(name, value) for name, value in values.items()}

    def empty(self) -> set[str]:
        """The fields without a value."""
        return {name for name, value in self if value is None}


def _free_value(name: str, value: Any) -> Any:
    form = _FORMS.get(name, _WORDS)
    if value in (None, ""):
        return None
    if isinstance(value, str) and re.match(form.regex or "", value):
        return value
    if not form.regex and isinstance(value, (dict, list)) and value:
        written = value if isinstance(value, dict) else {SWEDISH: value, ENGLISH: value}
        kind = WordLists if isinstance(next(iter(written.values())), list) else Words
        try:
            return kind.parse_obj(written)
        except ValidationError:
            pass  # told below
    raise ValueError(f"{name}: värdet har fel form. Så här kan det se ut: {name}: {form.extra['example']}")


class Bot(Group):
    """The chatbot itself."""

    name: str = _TEXT
    languages: list[_Item] = _TEXTS


class City(Group):
    """The municipality, in the forms that sentences need."""

    name: str = _TEXT
    genitive: Words = _WORDS
    place: str = _TEXT
    residents: Words = _WORDS


class Contact(Group):
    """The way to a person at the city; empty where no sourced contact is known."""

    page: str = _LINK
    phone: str | None = _OPTIONAL_PHONE
    email: str | None = _OPTIONAL_EMAIL


class HoursException(_Strict):
    """A date with other hours than the regular ones (local date of the helpline)."""

    date: datetime.date = Field(..., example="2026-06-05")
    hours: str = Field(
        ...,
        # anything more could not simply be put after the regular hours
        regex=r"^(off|\d\d:\d\d-\d\d:\d\d(,\d\d:\d\d-\d\d:\d\d)*)$",
        example='"off" eller "10:00-12:00,13:00-15:00"',
    )
    reason: Words | None = Field(None, example="klämdag")

    def reason_in(self, language: str) -> str:
        """The reason in a language; empty where there is none."""
        return str(getattr(self.reason, ENGLISH if language == ENGLISH else SWEDISH)) if self.reason else ""

    @validator("hours")
    def _valid_hours(cls, value: str) -> str:  # noqa: N805
        _check_hours(value)
        return value


class Helpline(Group):
    """The helpline; `hours` and `exceptions` use OpenStreetMap's opening_hours syntax."""

    name: str = _TEXT
    operator: Words = _WORDS
    principal: Words | None = _OPTIONAL_WORDS
    number: str = _PHONE
    hours: str = Field(..., example='"Mo-Fr 09:00-12:00,13:00-16:00; PH off"')
    exceptions: list[HoursException] = []
    time_zone: str = Field(..., example="Europe/Stockholm")
    country: str = Field(..., regex="^[A-Z]{2}$", example="SE")
    languages: list[_Item] = _TEXTS
    audience: Words = _WORDS
    other_audience: Words | None = _OPTIONAL_WORDS
    anonymity: Words | None = _OPTIONAL_WORDS
    phone_bill: Words | None = _OPTIONAL_WORDS
    link: str | None = _OPTIONAL_LINK

    @validator("time_zone")
    def _known_time_zone(cls, value: str) -> str:  # noqa: N805
        try:
            ZoneInfo(value)
        except Exception:
            raise ValueError(f"tidszonen {value!r} finns inte") from None
        return value

    @validator("hours")
    def _valid_hours(cls, value: str) -> str:  # noqa: N805
        _check_hours(value)
        return value

    @validator("exceptions")
    def _one_exception_a_day(cls, value: list[HoursException]) -> list[HoursException]:  # noqa: N805
        dates = [item.date for item in value]
        for date in dates:
            if not 2000 <= date.year < 2100:
                raise ValueError(f"året i {date} kan inte stämma")
            if dates.count(date) > 1:
                raise ValueError(f"{date} står två gånger")
        return value

    @validator("country")
    def _known_country(cls, value: str) -> str:  # noqa: N805
        try:
            OpeningHours("24/7", country=value)
        except UnknownCountryError:
            raise ValueError(f"landet {value!r} är okänt") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The helpline's time zone."""
        return ZoneInfo(self.time_zone)


def _check_hours(value: str) -> None:
    if "||" in value:  # the library applies what follows to all times
        raise ValueError("tiderna får inte innehålla ||")
    try:
        OpeningHours(value)
    except ParserError as error:
        position = re.search(r"-->\s*\d+:(\d+)", str(error))
        at = f" från tecken {position.group(1)}" if position else ""
        raise ValueError(f"tiderna {value!r} går inte att tolka{at}") from None


class OperatorPage(Group):
    """What the helpline's operator says on its own page."""

    advice: Words = _WORDS
    cost: Words | None = _OPTIONAL_WORDS
    confidentiality: Words | None = _OPTIONAL_WORDS
    caller_number: Words | None = _OPTIONAL_WORDS
    booking: Words | None = _OPTIONAL_WORDS
    email: str | None = _OPTIONAL_EMAIL
    financier: Words | None = _OPTIONAL_WORDS
    financed_since: str | None = None


class HelplineCalls(Group):
    """Who calls the helpline and how they feel, by its operator's report."""

    callers: Words = _WORDS
    feelings: Words = _WORDS


class LeavingSupport(Group):
    """Whom the helpline also supports, by those who list it."""

    young_people: Words = _WORDS


class School(Group):
    """What holds for schools."""

    contact: Words = _WORDS
    opinions: Words = _WORDS


class Number(Group):
    """A phone number everybody may call."""

    number: str = _PHONE


class NamedNumber(Number):
    """A phone number with a name, and opening hours in words."""

    name: Words = _WORDS
    chat: Words | None = _OPTIONAL_WORDS
    hours: Words | None = _OPTIONAL_WORDS
    audience: Words | None = _OPTIONAL_WORDS


class Support(Group):
    """Another organisation that helps; shown as far as it has sourced contacts."""

    name: str = _TEXT
    phone: str | None = _OPTIONAL_PHONE
    link: str | None = _OPTIONAL_LINK
    relatives: Words | None = _OPTIONAL_WORDS


class Body(Group):
    """A body of the city or the state with a short and a full name."""

    short: str = _TEXT
    name: Words = _WORDS
    link: str | None = _OPTIONAL_LINK


class NationalBody(Body):
    """An authority of the state, and what the law asks of municipalities."""

    law: Words | None = _OPTIONAL_WORDS
    law_since: Words | None = _OPTIONAL_WORDS


class News(Group):
    """What else the city's department works against, by its news."""

    other_tasks: WordLists = _LISTS


class Members(Group):
    """Who is in the city's council."""

    members: WordLists = _LISTS


class Agreement(Group):
    """The years of the agreement with the police."""

    period: str = _TEXT


class PoliceCooperation(Group):
    """The agreement with the police."""

    authority: Words = _WORDS
    area: Words = _WORDS


class DemocracyWork(Group):
    """What the city does for democracy and good living conditions."""

    examples: WordLists = _LISTS


class StaffTraining(Group):
    """Who gets support and training."""

    groups: WordLists = _LISTS


class KnowledgeBank(Group):
    """The city's collection of publications."""

    name: Words = _WORDS
    link: str | None = _OPTIONAL_LINK


class Milieus(Group):
    """The violent extremist milieus, named as the source names them."""

    according_to: Words = _WORDS
    left: Words = _WORDS
    right: Words = _WORDS
    islamist: Words = _WORDS
    left_short: Words = _WORDS
    right_short: Words = _WORDS
    islamist_short: Words = _WORDS


class Legality(Group):
    """Who says that opinions are legal and violence is not: the source alone."""


class _Days(ConstrainedInt):
    """How long something is kept."""

    strict = True
    ge = 1
    le = 90


class Facts(_Strict):
    """Everything in facts.yml."""

    sources: dict[str, Source]
    review_days: _Days | None = Field(None, example="14")
    bot: Bot
    city: City
    contact: Contact
    helpline: Helpline
    operator_page: OperatorPage
    helpline_calls: HelplineCalls
    leaving_support: LeavingSupport
    professional_line: NamedNumber
    school: School
    emergency: Number
    police: Number
    suicide_line: NamedNumber
    violence_line: NamedNumber
    children_line: NamedNumber
    exit: Support
    cks: Body
    cks_news: News
    bra: Body
    bra_members: Members
    national_bra: NationalBody
    police_cooperation: PoliceCooperation
    police_agreement: Agreement
    democracy_work: DemocracyWork
    staff_training: StaffTraining
    knowledge_bank: KnowledgeBank
    milieus: Milieus
    legality: Legality
    _free: dict[str, FreeGroup] = PrivateAttr(default_factory=dict)

    def groups(self) -> dict[str, Group]:
        """Each group of facts by its name in the file."""
        return {**{name: value for name, value in self if isinstance(value, Group)}, **self._free}

    def source_of(self, group: str) -> Source:
        """The source of a group such as "helpline"."""
        return self.sources[self.groups()[group].source]

    def group_of(self, placeholder: str) -> str | None:
        """The group that a placeholder such as "helpline_number" is of; None for one that is of no group."""
        names = [name for name in self.groups() if placeholder.startswith(f"{name}_")]
        return max(names, key=len, default=None)

    def placeholders(self, language: str = SWEDISH) -> dict[str, str]:
        """What `{group_field}` in a response stands for; a fact without a value is absent.

        `language`: a code; what is not written in it is Swedish, but for the names of languages.
        Lists read as in a sentence ("svenska, engelska och arabiska"). Each group also has
        `{group_source}` (the source's name), `{group_source_url}` and `{group_year}`.
        `{review_days}` is there while messages are kept for review.
        `{helpline_hours}`, in words, is not among them: see `hjalpsam.hours.helpline`.
        """
        if language not in self._placeholders:
            self._placeholders[language] = self._placeholders_in(language)
        return self._placeholders[language]

    @cached_property
    def _placeholders(self) -> dict[str, dict[str, str]]:
        return {}

    def _placeholders_in(self, language: str) -> dict[str, str]:
        values: dict[str, str] = {}
        written = language if language == ENGLISH else SWEDISH
        for name, group in self.groups().items():
            for field, value in group:
                if isinstance(value, (Words, WordLists)):
                    value = getattr(value, written)
                if field == "languages":
                    value = _list_of_languages([language_name(item, language) for item in value], language)
                elif isinstance(value, list) and value and isinstance(value[0], str):
                    value = format_list(value, locale=locale_of(written))
                if isinstance(value, str) and field not in _NOT_IN_TEXTS:
                    values[f"{name}_{field}"] = value
            source = self.source_of(name)
            values[f"{name}_source"] = getattr(source.name, written)
            values[f"{name}_year"] = str(group.as_of.year)
            if source.url:
                values[f"{name}_source_url"] = source.url
        del values["helpline_hours"]
        if self.review_days:
            values["review_days"] = str(self.review_days)
        return values

    def optional_placeholders(self) -> set[str]:
        """Those whose fact may be empty in the file; of a group that no class knows those whose is."""
        return {
            f"{name}_{field.name}"
            for name, group in self.__fields__.items()
            if isinstance(group.type_, type) and issubclass(group.type_, Group)
            for field in group.type_.__fields__.values()
            if not field.required
        } | {f"{name}_{field}" for name, group in self._free.items() for field in group.empty()}

    def old(self, today: datetime.date) -> str | None:
        """A Swedish sentence if some facts were last said by their source over a year ago; age never stops anything."""
        groups = self.groups()
        old = sorted((group.as_of, name) for name, group in groups.items() if today - group.as_of > OLD)
        if not old:
            return None
        oldest = ", ".join(f"{name} {as_of}" for as_of, name in old[:3])
        return (
            f"{len(old)} av {len(groups)} grupper av uppgifter är äldre än ett år, äldst {oldest}. "
            "Se efter om de stämmer, och ändra då as_of."
        )

    def phone_numbers(self) -> list[str]:
        """Every number the bot gives itself; these are never masked."""
        fields = [getattr(group, field, None) for group in self.groups().values() for field in ("number", "phone")]
        return [number for number in fields if number]


def _list_of_languages(names: list[str], language: str) -> str:
    if language == "ckb" and len(names) > 1:  # Babel has no pattern for it
        return f"{'، '.join(names[:-1])} و {names[-1]}"
    return str(format_list(names, locale=locale_of(language)))


def language_name(name: str, language: str) -> str:
    """The name of a language, written in Swedish, in another language; itself where it is not known.

    >>> language_name("kurdiska", "en")
    'Kurdish'
    """
    codes = [code for code, swedish in Locale(SWEDISH).languages.items() if swedish == name.lower()]
    found = str(Locale(language).languages.get(codes[0], name)) if codes else name
    return found.partition(" (")[0]  # Babel's Kurmanji says which Kurdish it takes "Kurdish" to be


_SLIP = 0.8  # so like a known group's name that it probably is one, misspelt
OLD = datetime.timedelta(days=365)  # after which a fact is worth a look
_NOT_IN_TEXTS = {"source", "time_zone", "country"}


def parse_facts(data: Any, path: Path) -> Facts:
    """Facts from the parsed YAML of `path`.

    Raises:
        FactsError: with file, field, what is wrong and an example of right, in Swedish.
    """
    if not isinstance(data, dict):
        raise FactsError(f"{path}: filen är tom eller ingen lista av grupper, till exempel «helpline:».")
    free = {name: group for name, group in data.items() if _is_free(name, group)}
    try:
        facts = Facts.parse_obj({name: group for name, group in data.items() if name not in free})
        facts._free = {name: _free_group(path, name, group) for name, group in free.items()}
    except ValidationError as error:
        raise FactsError("\n".join(_explain(path, item) for item in error.errors())) from None
    unknown = [
        f"{path}: {name}.source: källan {group.source!r} finns inte under sources "
        f"(där finns {', '.join(facts.sources)})."
        for name, group in facts.groups().items()
        if group.source not in facts.sources
    ]
    if unknown:
        raise FactsError("\n".join(unknown))
    return facts


def _is_free(name: Any, group: Any) -> bool:
    """Whether a group is one of its own, and no slip in the name of one that is known."""
    known = Facts.__fields__
    return isinstance(group, dict) and name not in known and not difflib.get_close_matches(str(name), known, 1, _SLIP)


def _free_group(path: Path, name: str, group: dict[str, Any]) -> FreeGroup:
    try:
        return FreeGroup.parse_obj(group)
    except ValidationError as error:
        told = [{**item, "loc": (name, *item["loc"])} for item in error.errors()]
        raise FactsError("\n".join(_explain(path, item) for item in told)) from None


def load_facts(path: Path) -> Facts:
    """Read facts from a file.

    Raises:
        FactsError: when the file is missing, not YAML or not of the schema.
    """
    try:
        return parse_facts(read_yaml(path), path)
    except YamlError as error:
        raise FactsError(str(error)) from None


def _explain(path: Path, error: Any) -> str:
    """One pydantic error as a Swedish sentence with an example."""
    location = [str(part) for part in error["loc"] if part != "__root__"]
    where = ".".join(location)
    model, field = _field_at(location)
    kind = error["type"]
    if kind == "value_error.missing":
        what = "uppgiften saknas"
    elif kind == "type_error.none.not_allowed" or "min_length" in kind or "min_items" in kind:
        what = "uppgiften är tom"
    elif kind == "value_error.extra":
        near = difflib.get_close_matches(location[-1], list(model.__fields__) if model else [], n=1)
        return f"{path}: {where}: fältet är okänt" + (f"; menades «{near[0]}»?" if near else ". Ta bort det.")
    elif "regex" in kind:
        what = "värdet har fel form"
    elif "not_ge" in kind or "not_le" in kind:
        what = "talet är för litet eller för stort"
    elif "date" in kind or error["msg"] == "inget datum":
        what = "det ska vara ett datum (år-månad-dag)"
    elif kind.startswith("type_error"):
        what = "värdet är av fel slag (sätt citattecken om siffror)"
    else:
        what = error["msg"]
    example = field.field_info.extra.get("example") if field else None
    return f"{path}: {where}: {what}." + (f" Så här kan det se ut: {location[-1]}: {example}" if example else "")


def _field_at(location: list[str]) -> tuple[Any, Any]:
    """The model that holds the last name of `location`, and its field (None where unknown)."""
    model: Any = Facts
    field: Any = None
    for part in location:
        if part.isdigit() or (model is Source and part not in Source.__fields__):
            continue
        field = model.__fields__.get(part) if model else None
        if field is None:
            return model, None
        if isinstance(field.type_, type) and issubclass(field.type_, BaseModel) and part != location[-1]:
            model = field.type_
    return model, field


class FactsFile:
    """facts.yml while the assistant runs: an edit is taken up at the next question.

    A wrong edit keeps the last good facts, is logged once at ERROR, and stays readable in
    `problem` until the file is right again.
    """

    def __init__(self, path: str | Path) -> None:
        """Read the file.

        Raises:
            FactsError: when it cannot be used; at start there are no good facts to keep.
        """
        self.path = Path(path)
        self.problem: str | None = None
        self._seen = self._stamp()
        self._facts = load_facts(self.path)

    def current(self) -> Facts:
        """The newest good facts; costs one look at the file's time stamp."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            self._reload()
        return self._facts

    def _reload(self) -> None:
        try:
            self._facts = load_facts(self.path)
        except FactsError as error:
            self.problem = str(error)
            logger.error(
                "FEL I FAKTAFILEN, de tidigare uppgifterna gäller fortfarande. Rätta och spara igen:\n%s", error
            )
            return
        if self.problem:
            logger.warning("Faktafilen %s är rätt igen och gäller nu.", self.path)
        self.problem = None

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
