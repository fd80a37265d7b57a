"""`python -m qcode`, and what the command `qcode` starts."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line; leaves with the command's exit code."""
    from qcode.cli.main import cli

    cli.main(prog_name="qcode")


if __name__ == "__main__":
    main()
