"""A fault of ours is answered as a problem that tells nothing of it."""

from flask import Flask

from entrepot.web import problems


def test_a_fault_of_ours_keeps_its_words(caplog):
    """Whatever broke, the answer says where to look and not what was in the error."""
    app = Flask(__name__)
    problems.install(app)

    @app.get("/broken")
    def broken():
        raise RuntimeError("the password is hunter2")

    answer = app.test_client().get("/broken", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["code"]) == (500, "broken")
    assert b"hunter2" not in answer.data
    assert "hunter2" in caplog.text
