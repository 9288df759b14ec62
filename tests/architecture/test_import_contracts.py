"""The layers hold: what the contracts in pyproject.toml say is what the code does."""

from click.testing import CliRunner
from importlinter.cli import lint_imports_command


def test_every_import_contract_is_kept() -> None:
    result = CliRunner().invoke(lint_imports_command, ["--no-cache", "--no-logo"])

    assert result.exit_code == 0, result.output
