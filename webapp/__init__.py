"""The composition root: HTTP in, HTML out, command line, worker, sign-in, sandbox."""
