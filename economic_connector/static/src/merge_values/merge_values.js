import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Companies side by side: one is kept, and of each value that differs one is taken by a click.
 * What is equal is folded away.
 */
export class EconomicMergeValuesField extends Component {
    static template = "economic_connector.MergeValuesField";
    static props = { ...standardFieldProps };

    get data() {
        return this.props.record.data[this.props.name] || { partners: [], rows: [] };
    }

    get partners() {
        return this.data.partners;
    }

    get different() {
        return this.data.rows.filter((row) => row.differs);
    }

    get equal() {
        return this.data.rows.filter((row) => !row.differs);
    }

    get equalLabel() {
        return _t("Equal in all: %s fields", this.equal.length);
    }

    isKept(partner) {
        return partner.id === this.data.survivor;
    }

    chosen(row) {
        return this.props.record.data.choices?.[row.field] ?? row.chosen;
    }

    /** A value that several have is taken from any of them. */
    isTaken(row, partner) {
        return row.texts[partner.id] === row.texts[this.chosen(row)];
    }

    keep(partner) {
        return this.props.record.update({
            survivor_id: { id: partner.id, display_name: partner.name },
        });
    }

    take(row, partner) {
        const choices = { ...(this.props.record.data.choices || {}), [row.field]: partner.id };
        return this.props.record.update({ choices });
    }
}

registry.category("fields").add("economic_merge_values", {
    component: EconomicMergeValuesField,
    displayName: _t("Companies side by side"),
    supportedTypes: ["json"],
    fieldDependencies: [
        { name: "choices", type: "json" },
        { name: "survivor_id", type: "many2one", relation: "res.partner" },
    ],
});
