from . import (
    economic_campaign_add,
    economic_campaign_calls,
    economic_debtor_decide,
    economic_debtor_import,
    economic_forget,
    economic_merge_undo,
    economic_partner_merge,
    economic_question,
    economic_run_undo,
    res_config_settings,
)
