"""The container files say what the code says; linters judge the rest (`make containers`)."""

import re
from pathlib import Path

import yaml

from services.core import roles

DOCKER = Path(__file__).parents[2] / "docker"


def test_roles_of_the_container_are_those_of_the_code() -> None:
    assert (DOCKER / "roles.sql").read_text() == roles.script("priyom")


def test_image_runs_as_nobody_special_on_a_named_base() -> None:
    text = (DOCKER / "Dockerfile").read_text()
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    last = text[text.rindex("FROM ") :]

    assert bases
    assert all(re.search(r":[0-9.]+-", base) for base in bases)
    assert re.search(r"^USER (?!0|root)", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "--require-hashes" in text


def test_compose_file_holds_no_secret_and_keeps_its_promises() -> None:
    compose = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    services = compose["services"]

    assert {"db", "migrate", "web", "worker"} == set(services)
    for service in services.values():
        for name, value in service["environment"].items():
            if re.search(r"PASSWORD|KEY|SECRET|URL", name):
                assert "${" in value, name
    for name in ("migrate", "web", "worker"):
        assert services[name]["environment"]["PRIYOM_ENV"] == "production"
        assert services[name]["read_only"]
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
