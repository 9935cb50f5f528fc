"""Every error has a title, a kind, a status and an exit code."""

import pytest

import entrepot.cli
from entrepot.base import errors
from entrepot.web import problems


def below(cls):
    return [cls, *(x for sub in cls.__subclasses__() for x in below(sub))]


@pytest.mark.parametrize(
    "cls", below(errors.EntrepotError)[1:], ids=lambda c: c.__name__
)
def test_error_is_complete(cls):
    """A class below the base has a docstring and sits under exactly one kind."""
    assert cls.__doc__
    assert len([kind for kind in errors.KINDS if issubclass(cls, kind)]) == 1


def test_tables_cover_the_kinds():
    """No kind lacks a status or an exit code, and exit codes do not repeat."""
    assert set(errors.KINDS) <= set(problems.STATUS)
    assert set(entrepot.cli.EXIT) == set(errors.KINDS)
    assert len(set(entrepot.cli.EXIT.values())) == len(errors.KINDS)
