"""The operator's command: what it says, and the codes that scripts can trust."""

import datetime
import json
import shutil

import pytest

from hjalpsam.content.facts import FactsError
from hjalpsam.evaluation import measure as evaluate
from hjalpsam.evaluation import run as evaluation
from hjalpsam.evaluation.gates import write_readings
from hjalpsam.evaluation.measure import Line, Reading
from hjalpsam.operations import cli, live, local_time, status
from hjalpsam.operations.cli import DONE, FAILED, NOT_UNDERSTOOD, SAID_NO, main
from hjalpsam.operations.processes import Process
from hjalpsam.operations.train import origin
from hjalpsam.storage import error_log, notices
from hjalpsam.storage.models import Models, about, note
from hjalpsam.storage.notices import NOTICE, PAUSE
from hjalpsam.storage.resources import facts_file

EIGHT = "2026-11-26T08:00:00+00:00"  # nine in Sweden
OK = {"status": "ok", "problems": {}}


@pytest.fixture
def here(model, tmp_path, monkeypatch):
    """Three models, the first live; an assistant that is not running."""
    for number in range(3):
        shutil.copy(model, tmp_path / f"{number}.tar.gz")
    made = Models(tmp_path, tmp_path / "live.json")
    made.promote(tmp_path / "0.tar.gz", "Kim", "första starten")
    for module in (cli, live, status):
        monkeypatch.setattr(module, "installed", made)
    for module in (status, live):
        monkeypatch.setattr(module, "processes", list)
    monkeypatch.setattr(error_log.latest_errors, "__defaults__", (tmp_path / "errors",))
    monkeypatch.setattr(live, "health", lambda address: None)
    monkeypatch.setenv("USER", "alex")
    board = tmp_path / "notices.json"
    monkeypatch.setattr(notices.put_up, "__defaults__", (board,))
    monkeypatch.setattr(notices.current, "__defaults__", (*notices.current.__defaults__[:-1], board))
    return made


def running(monkeypatch, here, **said):
    """An assistant that takes up what is live at once, and is as said."""
    monkeypatch.setattr(live, "health", lambda address: {**OK, "model": here.live().name, **said})


def answer(capsys, *arguments):
    """The code and the JSON of a command."""
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


# --- help and mistakes ---------------------------------------------------------------------------


def test_help_is_in_plain_swedish(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert told.startswith("så här: hjalpsam")
    for command in (
        "check",
        "train",
        "evaluate",
        "compare",
        "accept",
        "retrain",
        "promote",
        "rollback",
        "models",
        "status",
        "notice",
        "pause",
    ):
        assert f"\n    {command} " in told


@pytest.mark.parametrize(
    "wrong", [[], ["fika"], ["models", "--fika"], ["notice", "Hej"], ["pause", "--until", "12:00", "--off"]]
)
def test_a_command_that_is_not_understood(capsys, wrong):
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == NOT_UNDERSTOOD
    told = capsys.readouterr().err
    assert "--help" in told
    assert "Så här: hjalpsam" in told
    for english in ("argument", "invalid", "required", "usage"):
        assert english not in told


# --- models ----------------------------------------------------------------------------------------


def test_models_shows_which_is_live_since_when_by_whom_and_why(here, capsys):
    assert main(["models"]) == DONE
    (row,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("i gång")]
    assert "0.tar.gz" in row
    assert "av Kim: första starten" in row
    code, found = answer(capsys, "models")
    assert code == DONE
    assert [entry["model"] for entry in found["models"] if entry["live"]] == ["0.tar.gz"]


def test_a_damaged_model_is_listed_as_that(here, capsys):
    (here.folder / "1.tar.gz").write_bytes(b"no model")
    assert main(["models"]) == DONE
    (row,) = [line for line in capsys.readouterr().out.splitlines() if "1.tar.gz" in line]
    assert "går inte att läsa" in row


def test_a_model_is_put_live_by_name(here, capsys):
    assert main(["promote", "1.tar.gz", "--yes", "--why", "nya texter"]) == DONE
    assert here.live().name == "1.tar.gz"
    assert (here.promotions()[-1].who, here.promotions()[-1].why) == ("alex", "nya texter")
    assert "gäller från nästa start" in capsys.readouterr().out


def test_a_running_assistant_takes_it_up(here, capsys, monkeypatch):
    running(monkeypatch, here)
    assert main(["promote", "1.tar.gz", "--yes"]) == DONE
    assert "1.tar.gz är i gång." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            {
                "status": "unavailable",
                "problems": {"model": "Det finns ingen modell. Gå tillbaka med hjalpsam rollback."},
            },
            "den klarade inte ett kort samtal",
        ),
        ({"model": "0.tar.gz"}, "tog inte upp den"),
    ],
)
def test_a_model_that_does_not_work_is_taken_back(here, capsys, monkeypatch, said, reason):
    running(monkeypatch, here, **said)
    monkeypatch.setattr(live.put_live, "__defaults__", (0.1,))
    assert main(["promote", "1.tar.gz", "--yes"]) == FAILED
    assert here.live().name == "0.tar.gz"
    told = capsys.readouterr().err
    assert reason in told
    assert "0.tar.gz gäller igen" in told
    assert "rollback" not in told, "that has been done"
    assert here.previous() is None, "nobody wants to go back to it"
    assert main(["models"]) == DONE
    assert "1.tar.gz" in (listed := capsys.readouterr().out)
    assert "fungerade inte och togs tillbaka" in listed
    assert "tillbaka av sig själv" in here.promotions()[-1].why


def test_what_was_wrong_before_does_not_keep_a_model_from_going_live(here, capsys, monkeypatch):
    running(monkeypatch, here, status="degraded", problems={"facts": "facts.yml är fel."})
    assert main(["promote", "1.tar.gz", "--yes"]) == DONE
    assert here.live().name == "1.tar.gz"


def test_a_broken_model_is_not_put_live(here, capsys):
    (here.folder / "1.tar.gz").write_bytes(b"no model")
    assert main(["promote", "1.tar.gz", "--yes"]) == FAILED
    assert here.live().name == "0.tar.gz"
    assert "går inte att läsa" in capsys.readouterr().err


def test_without_anybody_to_ask_nothing_is_done(here, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["promote", "1.tar.gz"])
    assert ended.value.code == SAID_NO
    assert "--yes" in capsys.readouterr().err
    assert here.live().name == "0.tar.gz"


def test_retrain_asks_whether_there_is_somebody_before_it_works_for_minutes(here, capsys, monkeypatch):
    monkeypatch.setattr(cli, "train", lambda command: pytest.fail("it began"))
    assert main(["retrain"]) == FAILED
    assert "--yes" in capsys.readouterr().err


def test_a_damaged_live_model_and_a_damaged_record_are_told_by_status(here, capsys, monkeypatch):
    running(monkeypatch, here)
    (here.folder / "0.tar.gz").write_bytes(b"no model")
    assert main(["status"]) == FAILED
    assert "Filen 0.tar.gz går inte att läsa. Gör om den med «hjalpsam train»." in capsys.readouterr().out
    monkeypatch.setattr(live, "health", lambda address: {**OK, "model": "0.tar.gz"})
    (here.folder / "live.json").write_text("[{")
    assert main(["status"]) == FAILED
    told = capsys.readouterr().out
    assert "Assistenten svarar" in told
    assert "live.json är skadad" in told


def test_who_stops_listening_gets_no_traceback(here, capsys, monkeypatch):
    def gone(*_):
        raise BrokenPipeError

    monkeypatch.setattr(cli.Command, "tell", gone)
    monkeypatch.setattr("sys.stdout", None)
    assert main(["models"]) == FAILED


@pytest.mark.parametrize(("typed", "is_live"), [("j", True), ("Ja ", True), ("n", False), ("", False)])
def test_the_operator_is_asked(here, monkeypatch, typed, is_live):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: typed)
    if is_live:
        assert main(["promote", "1.tar.gz"]) == DONE
    else:
        with pytest.raises(SystemExit):
            main(["promote", "1.tar.gz"])
    assert (here.live().name == "1.tar.gz") == is_live


def test_rollback_goes_to_the_one_before(here, capsys):
    main(["promote", "1.tar.gz", "--yes"])
    capsys.readouterr()
    code, found = answer(capsys, "rollback", "--yes")
    assert (code, found["model"], here.live().name) == (DONE, "0.tar.gz", "0.tar.gz")


def test_rollback_without_one_before(here, capsys):
    assert main(["rollback", "--yes"]) == FAILED
    assert "ingen tidigare modell" in capsys.readouterr().err


# --- status ------------------------------------------------------------------------------------------


def test_status_of_an_assistant_that_runs(here, capsys, monkeypatch):
    running(monkeypatch, here)
    assert main(["status"]) == DONE
    told = capsys.readouterr().out
    assert "Assistenten svarar" in told
    assert "0.tar.gz, utlagd" in told


def test_an_assistant_that_has_not_answered_yet_is_waited_for(here, capsys, monkeypatch):
    starting = Process("rasa", "STARTING", EIGHT)
    monkeypatch.setattr(live, "processes", lambda: [starting])
    monkeypatch.setattr(status, "processes", lambda: [starting])
    monkeypatch.setattr(live.put_live, "__defaults__", (0.1,))
    assert main(["status"]) == FAILED
    assert "startar, eller svarar inte" in capsys.readouterr().out
    assert main(["promote", "1.tar.gz", "--yes"]) == FAILED
    assert "tog inte upp den" in capsys.readouterr().err


def test_status_for_who_may_not_see_the_processes(here, capsys, monkeypatch):
    running(monkeypatch, here)
    monkeypatch.setattr(status, "processes", lambda: None)
    assert main(["status"]) == DONE
    assert "bara ses av den som startade boten" in capsys.readouterr().out


def test_status_of_one_that_does_not(here, capsys):
    code, found = answer(capsys, "status")
    assert (code, found["ok"], found["health"]) == (FAILED, False, None)
    assert found["live"]["model"] == "0.tar.gz"


def test_status_names_what_does_not_work(here, capsys, monkeypatch):
    running(monkeypatch, here, status="degraded", problems={"actions": "Åtgärdsservern svarar inte."})
    assert main(["status"]) == FAILED
    assert "Åtgärdsservern svarar inte." in capsys.readouterr().out


def test_status_names_a_wrong_facts_file(here, capsys, monkeypatch):
    running(monkeypatch, here)

    def wrong(path):
        raise FactsError("facts.yml: helpline.number: värdet har fel form.")

    monkeypatch.setattr(status, "load_facts", wrong)
    code, found = answer(capsys, "status")
    assert (code, found["facts_problem"]) == (FAILED, "facts.yml: helpline.number: värdet har fel form.")


def test_with_facts_that_are_wrong_from_the_start_all_else_is_shown_and_the_bot_can_be_paused(
    here, capsys, monkeypatch
):
    def wrong():
        raise FactsError("facts.yml, rad 3: fel.")

    monkeypatch.setattr(local_time, "facts_file", wrong)
    monkeypatch.setattr(status, "load_facts", lambda path: wrong())
    assert main(["pause", "--until", "12:00"]) == DONE
    assert main(["status"]) == FAILED
    told = capsys.readouterr().out
    for part in ("Modell: 0.tar.gz", "facts.yml, rad 3: fel.", "Pausad till"):
        assert part in told


def test_status_shows_each_process_and_the_latest_errors(here, capsys, monkeypatch, tmp_path):
    running(monkeypatch, here)
    up, down = (
        Process(name, state, "2026-11-26T08:00:00+00:00")
        for name, state in (("rasa", "RUNNING"), ("actions", "BACKOFF"))
    )
    monkeypatch.setattr(status, "processes", lambda: [up])
    assert main(["status"]) == DONE
    assert "  rasa i gång sedan 2026-11-26 09.00" in capsys.readouterr().out
    (tmp_path / "errors").mkdir()
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    error = {"at": now, "message": "Statistiken kunde inte skrivas: OperationalError."}
    (tmp_path / "errors" / "rasa.log").write_text(json.dumps(error))
    monkeypatch.setattr(status, "processes", lambda: [up, down])
    assert main(["status"]) == FAILED
    told = capsys.readouterr().out
    assert "  actions startas om\n" in told
    assert f"Senaste felen:\n  {local_time.local(now)}  rasa: Statistiken kunde inte skrivas: OperationalError." in told


# --- notice and pause ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "kind"), [("notice", NOTICE), ("pause", PAUSE)])
def test_they_are_put_up_and_taken_away(here, capsys, command, kind):
    until = (datetime.datetime.now() + datetime.timedelta(days=2)).strftime("%Y-%m-%dT12:00")
    assert main([command, "Något har hänt.", "--until", until]) == DONE
    assert until.replace("T", " ").replace(":", ".") in capsys.readouterr().out
    found = notices.current(kind)
    assert (found.text, found.who) == ("Något har hänt.", "alex")
    assert main([command, "--off"]) == DONE
    assert notices.current(kind) is None


@pytest.mark.parametrize("until", ["2020-01-01T12:00", "2099-01-01T12:00", "jul", "25:00", "2026-13-01T12:00"])
def test_an_end_that_cannot_be(here, capsys, until):
    assert main(["pause", "--until", until]) == FAILED
    assert "Tiden" in capsys.readouterr().err
    assert notices.current(PAUSE) is None


def test_a_time_alone_is_the_next_time_it_is_so(here):
    assert main(["pause", "--until", "12:00"]) == DONE
    ends = notices.current(PAUSE).ends
    now = datetime.datetime.now(datetime.timezone.utc)
    assert now < ends <= now + datetime.timedelta(days=1)
    assert ends.astimezone(facts_file().current().helpline.zone).hour == 12


def test_a_notice_needs_words(here, capsys):
    assert main(["notice", "--until", "12:00"]) == FAILED
    assert "Skriv vad som ska stå" in capsys.readouterr().err


# --- check ---------------------------------------------------------------------------------------------


def test_check_says_that_all_is_well_or_what_is_not(here, capsys, monkeypatch):
    assert main(["check"]) == DONE
    assert "Inga fel i filerna." in capsys.readouterr().out
    monkeypatch.setattr(cli, "problems", lambda: ["domain.yml, rad 5: fel."])
    code, found = answer(capsys, "check")
    assert (code, found["ok"]) == (FAILED, False)


def test_new_rules_are_tried_against_each_other_and_known_ones_are_not(here, trained, capsys, monkeypatch):
    monkeypatch.setattr(cli, "contradictions", lambda root: ["data/stories.yml, rad 9: «fel» svarar annat."])
    assert main(["check"]) == DONE
    monkeypatch.setattr(cli, "rules_are_in_a_model", lambda: False)
    assert main(["check"]) == FAILED
    assert "FEL  data/stories.yml, rad 9: «fel» svarar annat." in capsys.readouterr().out


def test_a_model_says_which_rules_it_was_trained_with(here, monkeypatch):
    note(here.folder / "2.tar.gz", files=origin()["files"])
    assert cli.rules_are_in_a_model()
    monkeypatch.setattr(cli, "rules_hash", lambda: "others")
    assert not cli.rules_are_in_a_model()


# --- evaluate and retrain ------------------------------------------------------------------------------


@pytest.fixture
def small(agent, monkeypatch, tmp_path):
    """An evaluation of a few lines and one conversation, of the loaded model, so that it takes seconds."""

    async def loaded(*_):
        return agent

    monkeypatch.setattr(evaluation, "_loaded", loaded)
    few = [Line("greet", "", "hej"), Line("ask_cks", "", "vad är cks"), Line("report_emergency", "", "han har en kniv")]
    few += [Line("ask_cks", "", "what is cks", "en")]
    monkeypatch.setattr(evaluate, "utterances", lambda: few)
    monkeypatch.setattr(evaluate, "GATED", ())
    (tmp_path / "conversations").mkdir()
    suite = "- name: Hälsning\n  turns:\n    - says: hej\n      must: [Hej]\n"
    (tmp_path / "conversations" / "one.yml").write_text(suite)
    monkeypatch.setattr(evaluation, "CONVERSATIONS", tmp_path / "conversations")
    monkeypatch.setattr(evaluation, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    monkeypatch.setattr(evaluate, "bounds_of", lambda name: {"floor": 9, "goal": 0, "most": True})  # always reached
    return tmp_path


def test_evaluate_measures_compares_and_reports(here, small, capsys):
    code, found = answer(capsys, "evaluate", "1.tar.gz", "--quick")
    assert code == DONE
    assert found["figures"]["rätt"] == 1
    assert (found["conversations"], found["better"], found["worse"], found["failures"]) == (
        {"passed": 1, "all": 1},
        0,
        0,
        [],
    )
    assert "Får den läggas ut?" in (small / found["report"]).read_text()
    assert about(here.folder / "1.tar.gz")["figures"]["rätt"] == 1
    assert main(["models"]) == DONE
    assert "rätt 1,000" in capsys.readouterr().out


def test_the_live_model_is_read_anew_when_the_lines_have_changed(here, small, monkeypatch):
    lines, told = evaluate.utterances(), []
    monkeypatch.setattr(evaluate, "utterances", lambda: lines)

    def read_anew():
        told.clear()
        evaluation.readings_of(here.live(), told.append)
        return bool(told)

    assert read_anew()
    assert not read_anew()
    lines = [*lines, Line("thank", "", "tack")]
    assert read_anew()


def test_compare_names_each_message_that_is_understood_otherwise(here, small, capsys):
    def kept(name, *understood):
        readings = [
            Reading(line, line.text, intent, (), ())
            for line, intent in zip(evaluate.utterances(), understood, strict=True)
        ]
        write_readings(readings, evaluation.kept_readings(here.folder / name))

    kept("0.tar.gz", "goodbye", "ask_cks", "report_emergency", "ask_cks")
    kept("1.tar.gz", "greet", "nlu_fallback", "ask_cks", "report_emergency")
    assert main(["compare", "1.tar.gz"]) == DONE
    told = capsys.readouterr().out
    for line in (
        "1 meddelande förstås bättre:\n  «hej» (greet): var goodbye, blir greet",
        "  «vad är cks» (ask_cks): var ask_cks, blir nlu_fallback",
        "1 meddelande om fara missas:\n  «han har en kniv»",
        "1 meddelande ger falskt larm:\n  «what is cks»",
    ):
        assert line in told
    code, found = answer(capsys, "compare", "1.tar.gz")
    assert (code, len(found["worse"])) == (DONE, 3)
    assert main(["compare", "0.tar.gz"]) == FAILED
    assert "inget att jämföra med" in capsys.readouterr().err


@pytest.fixture
def trained(here, monkeypatch):
    """As if 1.tar.gz had just been trained for the files as they are."""
    monkeypatch.setattr(cli, "ensure_model", lambda: here.folder / "1.tar.gz")
    monkeypatch.setattr(cli, "problems", list)
    monkeypatch.setattr(cli, "table_problems", list)
    monkeypatch.setattr(cli, "content_faults", lambda root: [])
    monkeypatch.setattr(cli, "rules_are_in_a_model", lambda: True)


def test_retrain_goes_all_the_way(here, small, trained, capsys, monkeypatch):
    running(monkeypatch, here)
    assert main(["retrain", "--yes", "--why", "nya texter"]) == DONE
    assert here.live().name == "1.tar.gz"
    assert here.promotions()[-1].why == "nya texter"
    assert "1.tar.gz är i gång." in capsys.readouterr().out
    assert main(["retrain", "--yes"]) == DONE
    assert "Inget har ändrats" in capsys.readouterr().out


def test_a_failed_gate_stops_it_unless_there_is_a_reason_which_is_kept(here, small, trained, capsys, monkeypatch):
    (small / "conversations" / "two.yml").write_text("- name: Fika\n  turns:\n    - says: hej\n      must: [fika]\n")
    assert main(["retrain", "--yes"]) == FAILED
    told = capsys.readouterr()
    assert "GRÄNS: 1 samtal i tests/conversations går inte som de ska: «Fika»." in told.out
    assert "--despite" in told.err
    assert here.live().name == "0.tar.gz"
    assert main(["retrain", "--yes", "--despite", "fikat är inställt"]) == DONE
    assert here.promotions()[-1].why == "trots gränserna: fikat är inställt"


def test_a_fault_in_the_files_stops_it_before_training(here, trained, capsys, monkeypatch):
    monkeypatch.setattr(cli, "problems", lambda: ["domain.yml, rad 5: fel."])
    monkeypatch.setattr(cli, "ensure_model", lambda: 1 / 0)
    assert main(["retrain", "--yes"]) == FAILED
    assert "domain.yml, rad 5: fel." in capsys.readouterr().out
