from . import controllers, models, wizards


def uninstall_hook(env):
    """Take the scheduled actions along: they were made per agreement, not from a data file."""
    env['economic.agreement'].with_context(active_test=False).search([])._get_crons().unlink()
