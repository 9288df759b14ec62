"""Refusals in the shape in which Stripe words them."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refused request.

    `kept` says whether an idempotency key remembers the refusal: Stripe forgets requests whose
    parameters were wrong, and remembers those that began to run.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        kept: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.code = code
        self.param = param
        self.kept = kept

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer, without the members that have no value."""
        facts = {"type": self.kind, "code": self.code, "message": self.message, "param": self.param}
        return {"error": {name: value for name, value in facts.items() if value is not None}}


def missing(kind: str, reference: str, param: str = "id") -> ApiError:
    """Return the 404 for an object that this account does not have."""
    return ApiError(404, f"No such {kind}: '{reference}'", code="resource_missing", param=param)


def wrong(message: str, param: str, code: str = "parameter_invalid") -> ApiError:
    """Return the 400 for a parameter with an unfit value."""
    return ApiError(400, message, code=code, param=param)
