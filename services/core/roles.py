"""The three database roles: who owns, who serves, and who serves the free flow.

`priyom_owner` migrates, `priyom_app` serves, `priyom_free` is what `priyom_app` becomes for the free
flow. Rights on tables are given by the migrations; here stands only what needs an administrator.
"""

import psycopg
from psycopg import sql

OWNER = "priyom_owner"
APP = "priyom_app"
FREE = "priyom_free"

# Any number serves: it keeps two starters from creating the same role at once.
_LOCK = 7_000_001

_ROLES = """\
DO $roles$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'priyom_owner') THEN
        CREATE ROLE priyom_owner LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'priyom_app') THEN
        CREATE ROLE priyom_app LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'priyom_free') THEN
        CREATE ROLE priyom_free NOLOGIN;
    END IF;
    IF current_setting('server_version_num')::int >= 160000 THEN
        EXECUTE 'GRANT priyom_free TO priyom_app WITH INHERIT FALSE, SET TRUE';
    ELSE
        GRANT priyom_free TO priyom_app;
    END IF;
END
$roles$;
"""


def prepare(admin_url: str, database: str) -> None:
    """Create the roles and the database where they are missing; may be called at every start.

    `admin_url` is the address of an existing database for a role that may create roles and databases.
    Raises psycopg.Error when it may not, or the server can't be reached.
    """
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        connection.execute(_ROLES)
        names = {"database": sql.Identifier(database), "owner": sql.Identifier(OWNER)}
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone()
        if found is None:
            create = "CREATE DATABASE {database} OWNER {owner} ENCODING 'UTF8' TEMPLATE template0"
            connection.execute(sql.SQL(create).format(**names))
        else:
            connection.execute(sql.SQL("ALTER DATABASE {database} OWNER TO {owner}").format(**names))


def script(database: str) -> str:
    """Give the same as `prepare` for an administrator's psql; may be run again."""
    name = '"' + database.replace('"', '""') + '"'
    literal = "'" + database.replace("'", "''") + "'"
    create = f"CREATE DATABASE %I OWNER {OWNER} ENCODING ''UTF8'' TEMPLATE template0"
    lines = (
        "-- The roles of Priyom, and its database: for an administrator of PostgreSQL 15 or newer.",
        _ROLES.rstrip(),
        f"SELECT format('{create}', {literal})",
        f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {literal}) \\gexec",
        f"ALTER DATABASE {name} OWNER TO {OWNER};",
    )
    return "\n".join(lines) + "\n"


def password_script() -> str:
    """Give the psql commands that ask for the passwords of those who sign in, and never show them."""
    return f"\\password {OWNER}\n\\password {APP}\n"
