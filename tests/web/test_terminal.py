"""What commands share: the house when it is needed, JSON, and tables of text."""

import click
import pytest
from click.testing import CliRunner

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
