"""Settings: the highest layer that says something wins, key by key."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.base import ground_settings as ground
from entrepot.base.errors import Invalid, UnknownName
from entrepot.base.layers import load, read
from entrepot.base.settings import Setting
from entrepot.composition import declared_settings
from entrepot.web import settings as web

COLOUR = Setting("house_colour", "grey", "Colour of the house.")
KEY = Setting("house_key", "", "Key of the house.", secret=True)
LAYERS = ("environment", ".env", "secret file", "properties", "config.json")


@pytest.fixture
def folders(tmp_path):
    """A working directory and a CONFIG_DIR, both empty."""
    return Folders(tmp_path)


class Folders:
    """Writes the files that settings come from."""

    def __init__(self, root: Path) -> None:
        self.work, self.config = root / "work", root / "config"
        for folder in (self.work, self.config / "secrets", self.config / "db-config"):
            folder.mkdir(parents=True)
        self.environ = {"CONFIG_DIR": str(self.config)}

    def write(self, layer: str, key: str, text: str) -> None:
        """Give a key a text in one layer."""
        if layer == "environment":
            self.environ[key] = text
        elif layer == ".env":
            (self.work / ".env").write_text(f"{key}='{text}'\n")
        elif layer == "secret file":
            (self.config / "secrets" / key).write_text(text + "\n")
        elif layer == "properties":
            file = self.config / "db-config" / "db-config.properties"
            file.write_text(f"# ours\n {key} = {text} \n")
        else:
            (self.config / "config.json").write_text(json.dumps({key: text}))

    def load(self, declared=None):
        """Load every setting, or these."""
        return load(declared or declared_settings(), self.environ, self.work)


@given(texts=st.lists(st.sampled_from([None, "", " ", "a", "b", "c"]), max_size=5))
def test_the_highest_layer_that_says_something_wins(texts):
    """Absent, empty and blank texts say nothing; the next layer is asked."""
    with tempfile.TemporaryDirectory() as root:
        folders = Folders(Path(root))
        for layer, text in zip(LAYERS, texts, strict=False):
            if text is not None:
                folders.write(layer, "ENTREPOT_HOUSE_COLOUR", text)

        settings = folders.load([COLOUR, ground.FLASK_ENV])

    said = [
        (text, f"{layer} (ENTREPOT_HOUSE_COLOUR)")
        for layer, text in zip(LAYERS, texts, strict=False)
        if text and text.strip()
    ]
    value, layer = (*said, ("grey", "default"))[0]
    assert (settings[COLOUR], settings.layer(COLOUR)) == (value, layer)


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_is_read_alone(folders, layer):
    """A port from any one layer arrives as a number."""
    folders.write(layer, "PORT", "6001")

    assert folders.load()[web.PORT] == 6001


@pytest.mark.parametrize("layer", LAYERS[2:])
@pytest.mark.parametrize("key", ["port", "PORT", "api_port", "APP_PORT"])
def test_files_know_every_name_of_a_setting(folders, layer, key):
    """The name, the variable and the aliases are keys, in small letters too."""
    folders.write(layer, key, "6002")

    assert folders.load()[web.PORT] == 6002


def test_layers_are_read_key_by_key(folders):
    """A file that gives one key does not hide the other keys of a lower file."""
    folders.write("properties", "db_pool_size", "3")
    folders.write("config.json", "host", "127.0.0.2")
    folders.write("environment", "PORT", "6003")

    settings = folders.load()

    assert settings[ground.DB_POOL_SIZE] == 3
    assert settings[web.HOST] == "127.0.0.2"
    assert settings[web.PORT] == 6003


def test_json_keeps_its_types(folders):
    """Numbers, true and lists of texts are understood; null is absent."""
    (folders.config / "config.json").write_text(
        '{"port": 6004, "db_echo": true, "host": null,'
        ' "entrepot_rooms": ["connections", "exports"]}'
    )

    settings = folders.load()

    assert settings[web.PORT] == 6004
    assert settings[ground.DB_ECHO] is True
    assert settings[web.HOST] == "127.0.0.1"
    assert settings[ground.ROOMS_SERVED] == "connections,exports"


def test_dotenv_can_move_the_config_folder(folders):
    """CONFIG_DIR from `.env` holds where the environment has none."""
    folders.write("config.json", "port", "6005")
    folders.write(".env", "CONFIG_DIR", folders.environ.pop("CONFIG_DIR"))

    assert folders.load()[web.PORT] == 6005


def test_a_dollar_in_dotenv_is_a_dollar(folders):
    """Passwords with `$` are not expanded."""
    folders.write(".env", "ENTREPOT_HOUSE_COLOUR", "pa$HOME{x}")

    assert folders.load([COLOUR, ground.FLASK_ENV])[COLOUR] == "pa$HOME{x}"


def test_aliases_that_disagree_are_told(folders):
    """The canonical name holds, and one warning names both."""
    folders.environ |= {"PORT": "6006", "API_PORT": "6007", "APP_PORT": "6006"}

    settings = folders.load()

    assert settings[web.PORT] == 6006
    assert settings.warnings == ("PORT and API_PORT disagree; PORT holds",)


def test_the_environment_goes_before_dotenv_by_any_name(folders):
    """An alias in the real environment wins over the canonical name in `.env`."""
    folders.environ["API_PORT"] = "6008"
    folders.write(".env", "PORT", "6009")

    settings = folders.load()

    assert settings[web.PORT] == 6008
    assert settings.warnings == ("API_PORT and PORT disagree; API_PORT holds",)


def test_development_has_defaults_of_its_own(folders):
    """FLASK_ENV chooses the defaults, and values from layers stay above them."""
    folders.environ |= {"FLASK_ENV": "development", "DB_POOL_SIZE": "7"}

    development = folders.load()
    folders.environ["FLASK_ENV"] = "production"
    production = folders.load()

    knobs = (ground.DB_POOL_SIZE, ground.DB_ECHO, ground.DB_HEALTH_CHECK_INTERVAL)
    assert [development[k] for k in knobs] == [7, True, 300]
    assert [production[k] for k in knobs] == [7, False, 60]
    assert development.layer(ground.DB_ECHO) == "default for development"


def test_a_secret_may_lie_in_a_file_that_a_variable_names(folders):
    """`<VARIABLE>_FILE` stands below the variable and above the secret files."""
    (folders.work / "key").write_text("from the file\n")
    folders.environ["ENTREPOT_HOUSE_KEY_FILE"] = str(folders.work / "key")
    folders.write("secret file", "house_key", "from the folder")
    declared = [KEY, ground.FLASK_ENV]

    from_file = folders.load(declared)[KEY]
    folders.environ["ENTREPOT_HOUSE_KEY"] = "from the variable"

    assert from_file == "from the file"
    assert folders.load(declared)[KEY] == "from the variable"


@pytest.mark.parametrize("layer", LAYERS)
def test_an_unknown_variable_of_ours_stops_the_start(folders, layer):
    """The line names the variable and the nearest one that exists."""
    folders.write(layer, "ENTREPOT_HMOE", "/data")

    with pytest.raises(UnknownName) as caught:
        folders.load()

    assert caught.value.detail == "there is no setting named 'ENTREPOT_HMOE'"
    assert caught.value.hint == "did you mean 'ENTREPOT_HOME'?"


def test_a_prefix_too_many_is_understood(folders):
    """ENTREPOT_PORT is not ours; the hint says that PORT is."""
    folders.environ["ENTREPOT_PORT"] = "80"

    with pytest.raises(UnknownName) as caught:
        folders.load()

    assert caught.value.hint == "did you mean 'PORT'?"


def test_variables_of_kubernetes_are_not_ours(folders):
    """A service named entrepot puts its own variables into every pod."""
    folders.environ |= {
        "ENTREPOT_SERVICE_HOST": "10.0.0.1",
        "ENTREPOT_SERVICE_PORT": "80",
        "ENTREPOT_SERVICE_PORT_HTTP": "80",
        "ENTREPOT_PORT": "tcp://10.0.0.1:80",
        "ENTREPOT_PORT_80_TCP": "tcp://10.0.0.1:80",
        "ENTREPOT_PORT_80_TCP_ADDR": "10.0.0.1",
        "ENTREPOT_DB_SERVICE_HOST": "10.0.0.2",
    }

    assert folders.load()[web.PORT] == 5000


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("PORT", "abc", "PORT must be a whole number, not 'abc'"),
        ("PORT", "0", "PORT must be at least 1, not '0'"),
        ("PORT", "65536", "PORT must be at most 65535, not '65536'"),
        ("PORT", "5000.5", "PORT must be a whole number, not '5000.5'"),
        ("DB_ECHO", "maybe", "DB_ECHO must be true or false, not 'maybe'"),
        (
            "FLASK_ENV",
            "testing",
            "FLASK_ENV must be one of production, development, not 'testing'",
        ),
    ],
)
@pytest.mark.parametrize("layer", LAYERS)
def test_a_bad_value_stops_the_start(folders, layer, key, text, told):
    """One line says what the value must be, and the hint which layer gave it."""
    folders.write(layer, key, text)

    with pytest.raises(Invalid) as caught:
        folders.load()

    assert caught.value.detail == told
    assert caught.value.hint == f"it comes from {layer} ({key})"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is not JSON"),
        ("[1]", "must hold one JSON object"),
        (b"\xff\xfe", "cannot read"),
    ],
)
def test_a_broken_config_file_stops_the_start(folders, text, told):
    """A config.json that cannot be understood is told, never passed over."""
    path = folders.config / "config.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(Invalid, match=told):
        folders.load()


def test_all_that_is_wrong_is_found(folders):
    """A reading tells every problem, and gives defaults for what is wrong."""
    folders.environ |= {"PORT": "x", "ENTREPOT_HMOE": "y", "DB_POOL_SIZE": "4"}

    reading = read(declared_settings(), folders.environ, folders.work)

    assert [type(problem) for problem in reading.problems] == [UnknownName, Invalid]
    assert reading.settings[web.PORT] == 5000
    assert reading.settings[ground.DB_POOL_SIZE] == 4
