"""The composition root: HTTP in, HTML out, command line, worker, sign-in, sandbox."""

import services  # noqa: F401 - every process reads the zones that come with us
