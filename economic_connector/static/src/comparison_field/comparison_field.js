import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Shows every field of one debtor side by side: in e-conomic, in Odoo before and after. Where both
 * sides changed, or the rule is to ask, the two values are buttons.
 */
export class EconomicComparisonField extends Component {
    static template = "economic_connector.ComparisonField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
    }

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    get hasConflict() {
        return this.rows.some((row) => row.conflict);
    }

    canChoose(row) {
        return row.conflict && this.props.record.data.can_choose;
    }

    buttonClass(row, side) {
        return row.choice === side ? "btn-primary" : "btn-outline-primary";
    }

    async choose(row, side) {
        const { resId } = this.props.record;
        await this.orm.call("economic.run.line", "action_choose", [[resId]], {
            context: { economic_field: row.field, economic_side: side },
        });
        await this.props.record.load();
    }
}

registry.category("fields").add("economic_comparison", {
    component: EconomicComparisonField,
    displayName: _t("Field by field"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "can_choose", type: "boolean" }],
});
