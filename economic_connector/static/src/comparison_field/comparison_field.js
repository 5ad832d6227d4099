import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Shows every field of one debtor side by side: in e-conomic, in Odoo before and after. */
export class EconomicComparisonField extends Component {
    static template = "economic_connector.ComparisonField";
    static props = { ...standardFieldProps };

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("economic_comparison", {
    component: EconomicComparisonField,
    displayName: _t("Field by field"),
    supportedTypes: ["json"],
});
