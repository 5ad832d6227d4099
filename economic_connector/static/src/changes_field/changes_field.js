import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Shows what an import changes in one row: the old value struck through, the new one in bold, so
 * that it reads without colour; the first two changes and how many more there are.
 */
export class EconomicChangesField extends Component {
    static template = "economic_connector.ChangesField";
    static props = { ...standardFieldProps };

    get changes() {
        return this.props.record.data[this.props.name] || [];
    }

    get shown() {
        return this.changes.slice(0, 2);
    }

    get more() {
        return this.changes.length - this.shown.length;
    }

    get title() {
        return this.changes
            .map((change) => `${change.label}: ${change.old || "–"} → ${change.new || "–"}`)
            .join("\n");
    }
}

/**
 * Every field of a row: e-conomic, Odoo now, after the import, and who decides it. Where both sides
 * changed, or the rule is to ask, the two values are buttons.
 */
export class EconomicFieldTable extends Component {
    static template = "economic_connector.FieldTable";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
    }

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    async choose(row, side) {
        await this.orm.call("economic.run.line", "action_choose", [[this.props.record.resId]], {
            context: { economic_field: row.field, economic_side: side },
        });
        await this.props.record.load();
    }
}

registry.category("fields").add("economic_changes", {
    component: EconomicChangesField,
    displayName: _t("Changes of an import"),
    supportedTypes: ["json"],
});
registry.category("fields").add("economic_field_table", {
    component: EconomicFieldTable,
    displayName: _t("Fields of an import"),
    supportedTypes: ["json"],
});
