"""Signing in and keeping people, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import PASSWORD
from tests.pages.site import MARTA


def sign_in(page, password=PASSWORD):
    """Fill the form by its labels and send it with Enter."""
    page.goto("/login?next=/account")
    page.get_by_label("Email").fill(MARTA)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Password").press("Enter")


@pytest.mark.parametrize("which", ["page", "plain"])
def test_one_signs_in_and_out(request, which):
    """With scripts and without; the menu says who one is."""
    page = request.getfixturevalue(which)
    sign_in(page)
    expect(page).to_have_url(re.compile("/account$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Marta Okonjo")
    expect(page.get_by_text("here", exact=True)).to_be_visible()

    page.get_by_label("You are Marta Okonjo, admin").click()
    page.get_by_role("button", name="Sign out", exact=True).first.click()

    expect(page).to_have_url(re.compile("/$"))


def test_the_form_works_with_keys_alone(plain):
    """The address has the focus; Tab leads through the form in reading order."""
    plain.goto("/login")
    expect(plain.get_by_label("Email")).to_be_focused()
    seen = []
    for _ in range(3):
        plain.keyboard.press("Tab")
        seen.append(plain.evaluate("document.activeElement.name || 'button'"))

    assert seen == ["password", "keep", "button"]


def test_a_wrong_password_is_said_where_it_was_typed(plain):
    """The address stays, the field is marked."""
    sign_in(plain, "not the password")

    expect(plain.get_by_role("alert")).to_contain_text("Address or password is wrong")
    expect(plain.get_by_label("Email")).to_have_value(MARTA)
    expect(plain.get_by_label("Password")).to_have_attribute("aria-invalid", "true")


def test_a_key_can_be_copied(page):
    """What is shown once stands at the top, with its button."""
    page.goto("/users#new-key")
    page.get_by_label("Name", exact=True).fill("copy-me")
    page.get_by_role("button", name="Make the key").click()

    page.get_by_role("status").get_by_role("button", name="Copy").click()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"ek_[\w-]{43}", copied)
