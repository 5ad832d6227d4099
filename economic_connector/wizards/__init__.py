from . import economic_debtor_import, economic_run_undo, res_config_settings
