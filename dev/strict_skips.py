"""A pytest plugin: a test that was skipped has not passed.

A skip fails the session unless its reason begins with `left out:`, which says that a person chose
to run without what the test needs. Odoo's own skips (no browser, no HTTP) are failures here.
"""

from __future__ import annotations

import pytest

ALLOWED = 'left out:'


class StrictSkips:
    """Collect the skips of a session and judge them at its end."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a skip that nobody chose."""
        self._judge(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a skip of a whole module."""
        self._judge(report)

    def _judge(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, 'wasxfail'):
            reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else '')
            if not reason.removeprefix('Skipped: ').startswith(ALLOWED):
                self.refused.append(f"{report.nodeid}: {reason}")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail the session for the skips that were noted."""
        if self.refused and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which skips failed the session."""
        if self.refused:
            terminalreporter.section("skipped, which is not passed")
            for line in self.refused:
                terminalreporter.line(line)


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin."""
    config.pluginmanager.register(StrictSkips())
