"""Settings from the environment."""

import pytest

from hjalpsam.operations import settings
from hjalpsam.operations.processes import Process
from hjalpsam.operations.settings import Settings, SettingsError


def test_everything_stays_on_this_machine_unless_told_otherwise():
    assert Settings.from_environment({}) == Settings(host="127.0.0.1", port=5005, action_port=5055)


def test_the_environment_decides():
    environment = {"HJALPSAM_HOST": "0.0.0.0", "HJALPSAM_PORT": "8080", "HJALPSAM_ACTION_PORT": "65535", "PORT": "1"}
    assert Settings.from_environment(environment) == Settings(host="0.0.0.0", port=8080, action_port=65535)


def test_the_process_environment_is_read_when_asked_for(monkeypatch):
    monkeypatch.setenv("HJALPSAM_PORT", "8081")
    assert Settings.from_environment().port == 8081


def test_an_empty_host_is_none():
    """An empty address would mean every network the machine is on."""
    assert Settings.from_environment({"HJALPSAM_HOST": ""}).host == "127.0.0.1"


@pytest.mark.parametrize(("variable", "example"), [("HJALPSAM_PORT", 5005), ("HJALPSAM_ACTION_PORT", 5055)])
@pytest.mark.parametrize("value", ["", "x", "0", "-1", "65536", "80.5", "0x50", " 8080", "²"])
def test_a_bad_port_is_named_with_its_variable(variable, example, value):
    with pytest.raises(SettingsError) as fault:
        Settings.from_environment({variable: value})
    assert str(fault.value) == f"{variable} är {value!r}, men ska vara ett portnummer, till exempel {example}."


def test_websites_that_may_talk_to_the_chat():
    assert Settings.from_environment({"HJALPSAM_ORIGINS": "https://www.kommun.se http://localhost:8000"}).origins == (
        "https://www.kommun.se",
        "http://localhost:8000",
    )


@pytest.mark.parametrize("origin", ["*", "www.kommun.se", "https://www.kommun.se/", "https://kommun.se/sida", "%(x)s"])
def test_what_is_no_website_is_refused(origin):
    with pytest.raises(SettingsError, match="till exempel https://www.kommun.se"):
        Settings.from_environment({"HJALPSAM_ORIGINS": f"https://www.kommun.se {origin}"})


def test_proxies_in_front():
    assert Settings.from_environment({}).proxies is None
    assert Settings.from_environment({"HJALPSAM_PROXIES": "2"}).proxies == 2


@pytest.mark.parametrize("value", ["en", "-1", "1.5", "²", "true", "100"])
def test_what_is_no_number_of_proxies_is_named(value):
    with pytest.raises(SettingsError) as fault:
        Settings.from_environment({"HJALPSAM_PROXIES": value})
    assert str(fault.value).startswith(f"HJALPSAM_PROXIES är {value!r}, men ska vara hur många proxyer")


def test_two_servers_cannot_share_a_port():
    with pytest.raises(SettingsError, match="HJALPSAM_ACTION_PORT"):
        Settings.from_environment({"HJALPSAM_PORT": "5055"})


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080/"),
        ("0.0.0.0", "http://127.0.0.1:8080/"),  # every network: here it is found on this machine
        ("chatt.exempel.se", "http://chatt.exempel.se:8080/"),
    ],
)
def test_the_address_is_where_the_chat_is_found(host, address):
    assert Settings(host=host, port=8080).address == address


def test_commands_find_the_assistant_that_runs_whatever_their_environment_says(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "FILE", tmp_path / "settings.json")
    Settings(port=5961, action_port=5962, origins=("https://www.kommun.test",)).remember()
    monkeypatch.setattr(settings, "processes", list)
    assert Settings.of_the_running() == Settings.from_environment(), "nothing runs"
    monkeypatch.setattr(settings, "processes", lambda: [Process("rasa", "RUNNING", "")])
    assert Settings.of_the_running().port == 5961
    assert Settings.of_the_running().origins == ("https://www.kommun.test",)
    (tmp_path / "settings.json").write_text("{}")
    assert Settings.of_the_running() == Settings.from_environment(), "of another version"
