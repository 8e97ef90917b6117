"""The operator's command: `bin/hjalpsam --help`.

    bin/hjalpsam status
    bin/hjalpsam notice "Med anledning av händelsen i centrum: …" --until 2026-11-27T12:00

Exit codes: 0 done, 1 it did not work or something is wrong, 2 the command was not understood,
3 the operator said no. With --json the answer is one JSON object; with --yes nothing is asked.
"""

import argparse
import contextlib
import datetime
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import yaml

from hjalpsam.checks import accept
from hjalpsam.checks.accept import ProposalsError
from hjalpsam.checks.content import content_faults
from hjalpsam.checks.files import problems, table_problems
from hjalpsam.checks.project import TO_FILL_IN
from hjalpsam.checks.rules import contradictions
from hjalpsam.content.facts import FactsError
from hjalpsam.content.intent_table import rules_of_project
from hjalpsam.content.yaml_files import YamlError
from hjalpsam.evaluation import run as evaluation
from hjalpsam.evaluation.measure import alarmed, cared_for, figure, outside_lines, tell_of_lines
from hjalpsam.hours.clock import system_clock
from hjalpsam.operations import live, status
from hjalpsam.operations.live import VerificationError
from hjalpsam.operations.local_time import end_of, local
from hjalpsam.operations.new_topic import NewTopicError, write_topic
from hjalpsam.operations.settings import Settings, SettingsError, operator
from hjalpsam.operations.train import TrainingError, ensure_model, in_words, rules_hash
from hjalpsam.paths import ROOT
from hjalpsam.storage import notices
from hjalpsam.storage.models import ModelError, about, fits_the_code, installed, is_whole
from hjalpsam.storage.notices import NOTICE, PAUSE, Notice

DONE, FAILED, NOT_UNDERSTOOD, SAID_NO = 0, 1, 2, 3

Answer = dict[str, Any]
"""What a command has to say, for --json; it has told it in words already."""


class CommandError(Exception):
    """A command cannot be carried out; the message (Swedish) says why and what to do."""


class Command:
    """What the commands share: what was asked for, and how to speak to the operator."""

    def __init__(self, options: argparse.Namespace) -> None:
        """`options`: of the command line."""
        self.options = options
        self.who = operator()

    def tell(self, words: str) -> None:
        """Say something, unless a program is listening."""
        if not self.options.json:
            print(words, flush=True)

    def ask(self, question: str) -> None:
        """Go on only if the operator says yes.

        Raises:
            SystemExit: with `SAID_NO` if not, or if there is nobody to ask.
        """
        if not self.agrees(question):
            raise SystemExit(SAID_NO)

    def agrees(self, question: str) -> bool:
        """Whether the operator says yes.

        Raises:
            SystemExit: with `SAID_NO` if there is nobody to ask.
        """
        if self.options.yes:
            return True
        if not sys.stdin.isatty():
            print("Ingen finns att fråga. Lägg till --yes för att svara ja.", file=sys.stderr)
            raise SystemExit(SAID_NO)
        return input(f"{question} [j/N] ").strip().lower() in ("j", "ja")


# --- the commands ------------------------------------------------------------------------------


def check(command: Command) -> Answer:
    """Check the files before anything is trained: what is wrong, and what is worth a look."""
    found, warnings = problems(), list[str]()
    if not found:
        faults = content_faults(ROOT)
        found = [*(fault.text for fault in faults if fault.is_error), *table_problems()]
        if not found and not rules_are_in_a_model():
            command.tell("Provar de nya reglerna mot varandra …")
            found = contradictions(ROOT)
        warnings = [fault.text for fault in faults if not fault.is_error]
    for problem in found:
        command.tell(f"FEL  {problem}")
    for warning in warnings:
        command.tell(f"obs  {warning}")
    if found:
        command.tell("Rätta felen ovan och kör kommandot igen.")
        raise NotWellError({"problems": found, "warnings": warnings})
    command.tell("Inga fel i filerna.")
    return {"problems": found, "warnings": warnings}


def rules_are_in_a_model() -> bool:
    """Whether some model has been trained with the rules as they are: they do not contradict each other then."""
    rules = rules_hash()
    trained = (about(model).get("files", {}) for model in installed.all() if is_whole(model))
    return any(files.get("rules") == rules for files in trained)


def train(command: Command) -> Answer:
    """Train a model for the files as they are, unless there is one."""
    check(command)
    model = ensure_model()
    command.tell(f"Modellen heter {model.name}.")
    return {"model": model.name}


def evaluate(command: Command) -> Answer:
    """Measure a model, hold the conversations, compare it with the live one; writes a report.

    With --lines: say what the lines of a file are taken for, and nothing else.
    """
    model = chosen(command)
    if command.options.lines:
        return evaluate_lines(command, model)
    found = evaluation.evaluate_model(model, installed.live(), command.options.quick, command.tell)
    for measure in found.results.measures():
        command.tell(f"  {figure(measure.value):>6}  {measure.name}: {measure.verdict}")
    passed = sum(outcome.passed for outcome in found.outcomes)
    command.tell(f"  {passed} av {len(found.outcomes)} samtal går som de ska.")
    if found.comparison:
        better, worse = len(found.comparison.better), len(found.comparison.worse)
        command.tell(f"  Mot modellen i gång: {status.messages(better)} förstås bättre, {worse} sämre.")
    for outcome in found.outcomes:
        if not outcome.passed:
            command.tell(f"    inte: {outcome.name}")
    for failure in found.failures:
        command.tell(f"  GRÄNS: {failure}")
    command.tell(f"Rapport: {found.report.relative_to(ROOT)}")
    return {
        "model": model.name,
        "figures": {measure.name: measure.value for measure in found.results.measures()},
        "conversations": {"passed": passed, "all": len(found.outcomes)},
        "better": len(found.comparison.better) if found.comparison else None,
        "worse": len(found.comparison.worse) if found.comparison else None,
        "failures": found.failures,
        "report": str(found.report.relative_to(ROOT)),
    }


def evaluate_lines(command: Command, model: Path) -> Answer:
    """Say what the lines of a file are taken for, and which get an alarm or the calm line."""
    path = command.options.lines
    try:
        lines = outside_lines(path)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            f"{path} går inte att läsa som text ({type(error).__name__}). Spara filen som UTF-8."
        ) from None
    if not lines:
        raise CommandError(f"{path} har inga rader.")
    readings = evaluation.read_lines(model, lines, command.tell)
    for words in tell_of_lines(readings):
        command.tell(words)
    return {
        "model": model.name,
        "lines": len(readings),
        "alarm": alarmed(readings),
        "alarm_or_hint": cared_for(readings),
        "ours": sum(reading.is_ours for reading in readings) / len(readings),
        "readings": [
            {"text": one.text, "intent": one.understood, "alarm": one.is_alarm, "hint": one.hint, "danger": one.danger}
            for one in readings
        ],
    }


def compare(command: Command) -> Answer:
    """Show what a model understands better and worse than the live one, message by message."""
    model, live_one = chosen(command), installed.live()
    if live_one is None or live_one == model:
        raise CommandError("Modellen är den som är i gång, eller så är ingen i gång. Då finns inget att jämföra med.")
    found = evaluation.compare_models(live_one, model, command.tell)
    kinds = {
        "better": ("förstås bättre", found.better),
        "worse": ("förstås sämre", found.worse),
        "lost": ("om fara missas", found.lost),
        "alarms": ("ger falskt larm", found.alarms),
    }
    answer: Answer = {"model": model.name, "live": live_one.name}
    for kind, (words, pairs) in kinds.items():
        command.tell(f"{status.messages(len(pairs))} {words}{':' if pairs else '.'}")
        answer[kind] = []
        for before, after in pairs:
            change = {"text": after.text, "means": after.line.intent, "was": before.understood, "is": after.understood}
            command.tell("  «{text}» ({means}): var {was}, blir {is}".format(**change))
            answer[kind].append(change)
    return answer


def retrain(command: Command) -> Answer:
    """Check, train, measure, compare, ask, put live, and see that it works."""
    if not (command.options.yes or sys.stdin.isatty()):  # before the minutes that it takes
        raise CommandError("Ingen finns att fråga. Kör bin/hjalpsam retrain --yes för att svara ja.")
    train(command)
    model = chosen(command)
    if model == installed.live():
        command.tell("Inget har ändrats sedan modellen lades ut.")
        return {"model": model.name, "live": True}
    command.options.quick, command.options.lines = True, None
    answer = evaluate(command)
    if answer["failures"] and not command.options.despite:
        raise CommandError(
            "Modellen lades inte ut, eftersom den inte klarar gränserna ovan. Rätta det som blev sämre, eller lägg ut "
            'den ändå med ett skäl: --despite "varför"'
        )
    why = f"trots gränserna: {command.options.despite}" if answer["failures"] else command.options.why
    command.ask(f"Lägga ut {model.name}?")
    live.put_live(model, command.who, why, Settings.of_the_running(), command.tell)
    return {**answer, "live": True}


def chosen(command: Command) -> Path:
    """The model that was named, or the one for the files as they are now.

    Raises:
        ModelError: when there is none of that name.
    """
    name = getattr(command.options, "model", None)
    if not name:
        return ensure_model()
    model = installed.folder / str(name)
    if is_whole(model) and not fits_the_code(model):
        raise CommandError(f"{model.name} är från en äldre version av programmet. Träna en ny med hjalpsam train.")
    if not is_whole(model):
        raise ModelError(f"Modellen {name} finns inte eller går inte att läsa. «hjalpsam models» visar alla.")
    return model


def promote(command: Command) -> Answer:
    """Put a model live as it is; without a name the one for the files as they are."""
    model = chosen(command)
    if model == installed.live():
        command.tell(f"{model.name} är redan i gång.")
        return {"model": model.name}
    command.ask(f"Lägga ut {model.name} utan att mäta den?")
    live.put_live(model, command.who, command.options.why, Settings.of_the_running(), command.tell)
    return {"model": model.name}


def rollback(command: Command) -> Answer:
    """Go back to the model that was live before this one."""
    model = installed.previous()
    if model:
        command.ask(f"Gå tillbaka till {model.name}?")
    model = live.roll_back(command.who, command.options.why, Settings.of_the_running(), command.tell)
    return {"model": model.name}


def list_models(command: Command) -> Answer:
    """Show the models: which is live, since when, by whom and why."""
    latest = {promotion.model: promotion for promotion in installed.promotions()}
    rows: list[Answer] = []
    for model in installed.all():
        promotion = latest.get(model.name)
        trained = datetime.datetime.fromtimestamp(model.stat().st_mtime, datetime.timezone.utc)
        whole = is_whole(model)
        known = about(model) if whole else {}
        row = {
            "model": model.name,
            "trained": trained.isoformat(timespec="seconds"),
            "live": model == installed.live(),
            "whole": whole,
        }
        row |= {key: known.get(key) for key in ("commit", "figures")}
        rows.append(row | ({"at": promotion.at, "who": promotion.who, "why": promotion.why} if promotion else {}))
        mark = "i gång" if row["live"] else "      "
        put_live = f", {status.put_live(promotion.at, promotion.who, promotion.why)}" if promotion else ""
        figures = known.get("figures") or {}
        damaged = "" if whole else ", går inte att läsa"
        failed = ", fungerade inte och togs tillbaka" if promotion and promotion.failed else ""
        right = f", rätt {figure(figures['rätt'])} och fel {figure(figures['fel'])}" if figures else ""
        command.tell(f"{mark}  {model.name}  tränad {local(trained.isoformat())}{damaged}{right}{put_live}{failed}")
    if not rows:
        command.tell("Det finns inga modeller. Träna en med hjalpsam train.")
    return {"models": rows}


def show_status(command: Command) -> Answer:
    """Show what is live and how it is."""
    answer = status.status(Settings.of_the_running())
    for line in status.in_words(answer):
        command.tell(line)
    if not answer["well"]:
        raise NotWellError(answer)
    return answer


def accept_proposals(command: Command) -> Answer:
    """Take examples that staff have proposed in review, one by one."""
    nlu = ROOT / "data" / "nlu.yml"
    found = accept.proposals(Path(command.options.file), ROOT)
    taken = []
    for proposal in found:
        if proposal.refused:
            command.tell(f"Inte «{proposal.text}» ({proposal.intent}): {proposal.refused}.")
        elif command.agrees(f"«{proposal.text}» som exempel på {proposal.intent}?"):
            taken.append(proposal)
    accept.take(taken, nlu)
    command.tell(f"{len(taken)} exempel är tillagda i data/nlu.yml." + (" Kör nu hjalpsam retrain." if taken else ""))
    refused = [{"intent": one.intent, "text": one.text, "why": one.refused} for one in found if one.refused]
    return {"taken": [{"intent": one.intent, "text": one.text} for one in taken], "refused": refused}


def show(command: Command) -> Answer:
    """Show the rules that follow from data/intents.yml, as they would stand in data/rules.yml."""
    rules = rules_of_project(ROOT)
    command.tell(yaml.safe_dump({"rules": rules}, allow_unicode=True, sort_keys=False).rstrip())
    return {"rules": rules}


def new_topic(command: Command) -> Answer:
    """Write the skeleton of a new topic."""
    changed = write_topic(command.options.name, ROOT)
    command.tell(f"Skrivet i {', '.join(changed)}. Fyll i det som det står {TO_FILL_IN} vid; hjalpsam check visar var.")
    return {"changed": changed}


def notice(command: Command) -> Answer:
    """Show a sentence on top of the chat for a while, or take it away."""
    return put_up(command, NOTICE, "Meddelandet visas överst i chatten", "Meddelandet är borttaget.")


def pause(command: Command) -> Answer:
    """Pause the bot for a while; the numbers and 112 are shown all the same."""
    return put_up(command, PAUSE, "Boten är pausad", "Boten svarar igen.")


def put_up(command: Command, kind: str, done: str, gone: str) -> Answer:
    """A notice or a pause from the command's options."""
    options = command.options
    if options.off:
        notices.put_up(kind, None)
        command.tell(gone)
        return {kind: None}
    if kind == NOTICE and not options.text:
        raise CommandError("Skriv vad som ska stå överst i chatten, inom citattecken.")
    now = system_clock()
    try:
        until = end_of(options.until)
    except ValueError:
        raise CommandError(
            f"Tiden {options.until!r} går inte att läsa. Skriv till exempel 2026-11-27T12:00, eller bara 12:00."
        ) from None
    if not now < until <= now + notices.LONGEST:
        raise CommandError(f"Tiden {options.until} har redan varit, eller är mer än {notices.LONGEST.days} dagar bort.")
    found = Notice(
        options.text or "", now.isoformat(timespec="seconds"), until.isoformat(timespec="seconds"), command.who
    )
    notices.put_up(kind, found)
    command.tell(f"{done} till {local(found.until)}.")
    return {kind: status.as_answer(found)}


class NotWellError(Exception):
    """It was carried out, and something is wrong; all has been told. `answer`: for --json."""

    def __init__(self, answer: Answer) -> None:
        """See above."""
        super().__init__()
        self.answer = answer


# --- the command line --------------------------------------------------------------------------


class Parser(argparse.ArgumentParser):
    """argparse that speaks Swedish where operators see it."""

    def __init__(self, **options: Any) -> None:
        """As argparse's."""
        super().__init__(**options, add_help=False, allow_abbrev=False)
        self._positionals.title, self._optionals.title = "det du anger", "val"
        self.add_argument("-h", "--help", action="help", help="visa den här hjälpen")

    def format_help(self) -> str:
        """The help, with its first word in Swedish."""
        return super().format_help().replace("usage:", "så här:", 1)

    def error(self, message: str) -> NoReturn:
        """How the command is written, and where to find help; argparse's own message is in English."""
        usage = self.format_usage().replace("usage:", "Så här:", 1)
        self.exit(NOT_UNDERSTOOD, f"Kommandot gick inte att förstå. {usage}Hjälp: {self.prog} --help\n")


COMMANDS: list[tuple[str, Callable[[Command], Answer], str]] = [
    ("status", show_status, "visa vad som är i gång och hur det mår"),
    ("check", check, "kontrollera filerna: det som är fel, och det som är värt att se på"),
    ("retrain", retrain, "kontrollera, träna, mät, jämför, fråga, lägg ut och se att det fungerar"),
    ("train", train, "träna en modell för filerna som de är nu, om det inte finns någon"),
    ("evaluate", evaluate, "mät en modell och jämför med den i gång; skriver en rapport"),
    ("compare", compare, "jämför en modell med den i gång, meddelande för meddelande"),
    ("promote", promote, "lägg ut en modell som den är; utan namn den för filerna som de är nu"),
    ("rollback", rollback, "gå tillbaka till modellen som var i gång före den här"),
    ("models", list_models, "visa modellerna: vilken som är i gång, sedan när, av vem och varför"),
    ("accept", accept_proposals, "ta emot exempel som personalen har föreslagit i Granska, ett i taget"),
    ("new-topic", new_topic, "skriv stommen till ett nytt ämne: rad, texter, exempel och samtal att fylla i"),
    ("show", show, "visa reglerna som följer av data/intents.yml"),
    ("notice", notice, "visa en mening överst i chatten för en tid, eller ta bort den"),
    ("pause", pause, "pausa boten för en tid; nödnumret och stödlinjerna visas ändå"),
]


def parser() -> Parser:
    """All commands and their options."""
    top = Parser(prog="hjalpsam", description="Sköter chattboten: kontrollera, träna, lägg ut, gå tillbaka.")
    commands = top.add_subparsers(title="kommandon", metavar="KOMMANDO", dest="command", required=True)
    made: dict[str, Parser] = {}
    for name, work, words in COMMANDS:
        made[name] = commands.add_parser(name, help=words, description=words)
        made[name].set_defaults(work=work)
        made[name].add_argument("--yes", action="store_true", help="svara ja på alla frågor")
        made[name].add_argument("--json", action="store_true", help="svara med JSON, för program")
    made["evaluate"].add_argument("--quick", action="store_true", help="bara det som gränserna i gates.yml behöver")
    made["evaluate"].add_argument(
        "--lines",
        type=Path,
        metavar="FIL",
        help="vad en egen fils rader tas för: en mening per rad, eller avsikt, tabb, mening",
    )
    despite = "lägg ut fast den inte klarar gränserna; skälet sparas"
    made["retrain"].add_argument("--despite", metavar="SKÄL", help=despite)
    for name in ("evaluate", "compare", "promote"):
        model = "modellens fil, som hjalpsam models visar den"
        made[name].add_argument("model", nargs="?", metavar="MODELL", help=model)
    for name in ("retrain", "promote", "rollback"):
        made[name].add_argument("--why", default="", metavar="SKÄL", help="varför; visas av hjalpsam models")
    made["show"].add_argument("what", choices=["rules"], metavar="rules", help="reglerna")
    made["new-topic"].add_argument("name", metavar="NAMN", help="ämnets namn i filerna, till exempel school_work")
    made["accept"].add_argument("file", metavar="FIL", help="filen som hämtades i Granska")
    for name, what in (("notice", "vad som ska stå"), ("pause", "varför; visas av hjalpsam status")):
        made[name].add_argument("text", nargs="?", metavar="TEXT", help=what)
        ends = made[name].add_mutually_exclusive_group(required=True)
        ends.add_argument("--until", metavar="TID", help="till när, till exempel 2026-11-27T12:00 eller 12:00")
        ends.add_argument("--off", action="store_true", help="ta bort")
    return top


EXPECTED = (
    CommandError,
    FactsError,
    ModelError,
    NewTopicError,
    ProposalsError,
    SettingsError,
    TrainingError,
    VerificationError,
    YamlError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command; the exit code."""
    options = parser().parse_args(arguments)
    # a program that listens gets one object, whatever the libraries have to say
    aside = contextlib.redirect_stdout(sys.stderr) if options.json else contextlib.nullcontext()
    try:
        with aside:
            answer, code = options.work(Command(options)), DONE
    except NotWellError as failed:
        answer, code = failed.answer, FAILED
    except EXPECTED as error:
        print(error, file=sys.stderr)
        answer, code = {"error": str(error)}, FAILED
    except BrokenPipeError:  # whoever listened has gone, as `| head` does
        sys.stdout = None
        return FAILED
    except OSError as error:
        print(f"Det gick inte: {in_words(error)}", file=sys.stderr)
        answer, code = {"error": in_words(error)}, FAILED
    if options.json:
        print(json.dumps({**answer, "ok": code == DONE}, ensure_ascii=False))
    return code
