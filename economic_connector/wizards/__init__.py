from . import economic_debtor_import, res_config_settings
