-- The roles of Priyom, and its database: for an administrator of PostgreSQL 15 or newer.
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
SELECT format('CREATE DATABASE %I OWNER priyom_owner ENCODING ''UTF8'' TEMPLATE template0', 'priyom')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'priyom') \gexec
ALTER DATABASE "priyom" OWNER TO priyom_owner;
