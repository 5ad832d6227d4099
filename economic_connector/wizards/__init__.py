from . import (
    economic_campaign_add,
    economic_campaign_calls,
    economic_debtor_import,
    economic_question,
    res_config_settings,
)
