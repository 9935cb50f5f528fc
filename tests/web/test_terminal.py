"""What commands share: the house when it is needed, JSON, and tables of text."""

import signal
import sys
import weakref
from contextlib import suppress

import click
import pytest
from click.testing import CliRunner

from entrepot.base.errors import Conflict
from entrepot.base.house import House
from entrepot.web import terminal


@click.command()
@terminal.json_option
@terminal.pass_house
def home(house, as_json):
    """Print the home."""
    if as_json:
        terminal.print_json({"home": str(house.home)})
    else:
        terminal.print_table(["home"], [[house.home], ["red \x1b[31m\ttab"]])


def test_a_command_is_given_the_house_of_the_test(house):
    """A house handed in as `obj` is used as it is, and left open."""
    result = CliRunner().invoke(home, ["--json"], obj=house)

    assert result.output == f'{{\n  "home": "{house.home}"\n}}\n'


def test_a_command_builds_the_house_and_closes_it(house):
    """A function as `obj` is called once, and what it built is closed at the end."""
    built, closed = [], []

    class Watched(House):
        def close(self):
            closed.append(self)

    def build():
        built.append(Watched(house.settings, house.store))
        return built[0]

    CliRunner().invoke(home, [], obj=build)

    assert len(built) == 1
    assert closed == built


def test_a_pipe_gets_lines_of_tabs_without_control_characters(house):
    """Tabs part the values; what could steer a terminal is replaced."""
    result = CliRunner().invoke(home, [], obj=house)

    assert result.output == f"home\n{house.home}\nred �[31m�tab\n"


@pytest.mark.parametrize("argument", ["--help", "--no-such-option"])
def test_help_and_mistakes_need_no_house(argument):
    """What ends before the command begins does not open a database."""
    result = CliRunner().invoke(home, [argument], obj=lambda: 1 / 0)

    assert result.exception is None or isinstance(result.exception, SystemExit)


ODD = "a\x1b]0;b\x07[/c]"


def test_names_of_columns_steer_no_terminal(capsys, monkeypatch):
    """They may be anybody's: neither by signs nor by brackets, drawn or in a pipe."""
    terminal.print_table([ODD], [["x"]])
    piped = capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    terminal.print_table([ODD], [["x"]])
    drawn = capsys.readouterr().out

    assert piped == "a�]0;b�[/c]\nx\n"
    assert [line.rstrip() for line in drawn.splitlines()] == ["a�]0;b�[/c]", "x"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_interrupts(number):
    """Ctrl-C and a polite kill alike; afterwards they do what they did before."""
    before = signal.getsignal(number)

    with terminal.interruptible() as is_wanted:
        assert is_wanted()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        assert not is_wanted()

    assert signal.getsignal(number) is before


def test_an_interruption_that_python_loses_is_known(monkeypatch):
    """What a callback of an object's end raises goes nowhere."""
    lost = []
    monkeypatch.setattr(sys, "unraisablehook", lost.append)
    thing = set()
    watched = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGTERM))

    with terminal.interruptible() as is_wanted:
        del thing
        assert not is_wanted()

    assert watched() is None
    assert lost[0].exc_type is KeyboardInterrupt


def test_work_that_ends_since_somebody_pressed_was_interrupted():
    """However it says so; what fails by itself is told as it is."""

    def lose_and_end() -> None:
        with suppress(KeyboardInterrupt):  # as Python loses it
            signal.raise_signal(signal.SIGINT)
        raise Conflict("it was stopped")

    with pytest.raises(KeyboardInterrupt), terminal.interruptible():
        lose_and_end()

    with pytest.raises(Conflict, match="twice"), terminal.interruptible():
        raise Conflict("there twice")
