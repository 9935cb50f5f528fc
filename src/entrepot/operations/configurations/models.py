"""The table of configurations."""

from __future__ import annotations

import re

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from entrepot.base.entities import No, Timestamps, check_text, check_word, one_of
from entrepot.base.errors import Conflict, InvalidValue
from entrepot.base.store import Model
from entrepot.operations.configurations.values import (
    DATA_TYPES,
    Json,
    parse_value,
    render_value,
)

KEY = r"[A-Za-z][A-Za-z0-9_.\-]{0,199}"


class Configuration(Timestamps, Model):
    """A value that people keep in the database, as a text and its type.

    Where `is_encrypted`, `value` is sealed with the secret key, in base64.
    """

    __tablename__ = "configurations"
    __table_args__ = (
        one_of("data_type", DATA_TYPES),
        CheckConstraint("length(key) > 0", name="key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    value: Mapped[str | None] = mapped_column(Text)
    data_type: Mapped[str] = mapped_column(
        String(20), default="string", server_default="string"
    )
    description: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(String(100), index=True)
    is_required: Mapped[No]
    is_encrypted: Mapped[No]
    validation_regex: Mapped[str | None] = mapped_column(String(500))

    def get_value(self) -> Json:
        """Return the value as its type.

        Raises:
            Conflict: It is encrypted; `operations.get_value` opens it.
            InvalidValue: The text is not of that type.
        """
        self._must_be_open()
        return None if self.value is None else parse_value(self.data_type, self.value)

    def set_value(self, value: Json) -> None:
        """Keep a value of the row's type; `operations.set_configuration` checks more.

        Raises:
            Conflict: It is encrypted.
            InvalidValue: The value is not of the row's type.
        """
        self._must_be_open()
        self.value = None if value is None else render_value(self.data_type, value)

    def _must_be_open(self) -> None:
        if self.is_encrypted:
            raise Conflict(f"the value of {self.key} is encrypted")

    @validates("key")
    def _key(self, key: str, value: object) -> str:
        text = check_text(key, value, at_most=200)
        if not re.fullmatch(KEY, text):
            raise InvalidValue(
                "a key begins with a letter and has letters, digits, _ . and - only"
            )
        return text

    @validates("data_type")
    def _type(self, key: str, value: object) -> str:
        return check_word(key, value, DATA_TYPES)
