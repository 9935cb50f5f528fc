"""Languages in which Excel can name months and days, by its numbers for them."""

from __future__ import annotations

import re

# https://learn.microsoft.com/openspecs/windows_protocols/ms-lcid
LOCALES = {
    "ar-SA": 0x401, "bg-BG": 0x402, "cs-CZ": 0x405, "da-DK": 0x406, "de-AT": 0xC07,
    "de-CH": 0x807, "de-DE": 0x407, "el-GR": 0x408, "en-AU": 0xC09, "en-GB": 0x809,
    "en-US": 0x409, "es-ES": 0xC0A, "es-MX": 0x80A, "fi-FI": 0x40B, "fr-CA": 0xC0C,
    "fr-FR": 0x40C, "he-IL": 0x40D, "hi-IN": 0x439, "hu-HU": 0x40E, "id-ID": 0x421,
    "it-IT": 0x410, "ja-JP": 0x411, "ko-KR": 0x412, "ms-MY": 0x43E, "nb-NO": 0x414,
    "nl-NL": 0x413, "pl-PL": 0x415, "pt-BR": 0x416, "pt-PT": 0x816, "ro-RO": 0x418,
    "ru-RU": 0x419, "sk-SK": 0x41B, "sl-SI": 0x424, "sv-SE": 0x41D, "th-TH": 0x41E,
    "tr-TR": 0x41F, "uk-UA": 0x422, "vi-VN": 0x42A, "zh-CN": 0x804, "zh-TW": 0x404,
}  # fmt: skip

_WRITTEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|General')


def in_language(code: str, locale: str) -> str:
    """Return a number format that names months and days in a locale's language.

    Codes without such names, or that name a language already, stay as they are.
    """
    plain = _WRITTEN.sub("", code)
    has_names = "mmm" in plain.lower() or "ddd" in plain.lower()
    if not locale or not has_names or "[$" in code:
        return code
    return f"[$-{LOCALES[locale]:X}]{code}"
