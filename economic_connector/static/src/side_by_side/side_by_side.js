import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Shows companies side by side, field by field; what differs stands out. */
export class EconomicSideBySideField extends Component {
    static template = "economic_connector.SideBySideField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get partners() {
        return this.props.record.data[this.props.name]?.partners || [];
    }

    get rows() {
        return this.props.record.data[this.props.name]?.rows || [];
    }

    open(partner) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: partner.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("economic_side_by_side", {
    component: EconomicSideBySideField,
    displayName: _t("Side by side"),
    supportedTypes: ["json"],
});
