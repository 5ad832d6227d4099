import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const HEIGHT = 100;
const LEAST = 3; // an empty period is a thin line, not a gap

/**
 * A row of small bars, one per period, from a list of {value, title}; negative values hang below
 * the line. The titles say what a bar is worth: on hover, and to screen readers.
 */
export class EconomicSparkline extends Component {
    static template = "economic_connector.Sparkline";
    static props = { ...standardFieldProps };

    get periods() {
        return this.props.record.data[this.props.name] || [];
    }

    get bars() {
        const values = this.periods.map((period) => period.value);
        const top = Math.max(0, ...values);
        const scale = (HEIGHT - LEAST) / (top - Math.min(0, ...values) || 1);
        return this.periods.map(({ value, title }) => ({
            title,
            y: (top - Math.max(value, 0)) * scale,
            height: Math.abs(value) * scale || LEAST,
            negative: value < 0,
        }));
    }

    get label() {
        return this.periods.map((period) => period.title).join("; ");
    }
}

registry.category("fields").add("economic_sparkline", {
    component: EconomicSparkline,
    displayName: _t("Small bars"),
    supportedTypes: ["json"],
});
