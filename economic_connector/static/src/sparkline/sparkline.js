import { Component } from "@odoo/owl";
import { formatMonetary } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime } = luxon;

/** A small bar chart of a list of numbers, one per month, the last one this month. */
export class EconomicSparkline extends Component {
    static template = "economic_connector.Sparkline";
    static props = {
        ...standardFieldProps,
        currencyField: { type: String, optional: true },
        large: { type: Boolean, optional: true },
    };

    get values() {
        return this.props.record.data[this.props.name] || [];
    }

    get bars() {
        const values = this.values;
        const top = Math.max(0, ...values);
        const bottom = Math.min(0, ...values);
        const height = top - bottom || 1;
        const currency = this.props.record.data[this.props.currencyField || "currency_id"];
        return values.map((value, index) => {
            const month = DateTime.now().minus({ months: values.length - 1 - index });
            const amount = formatMonetary(value, { currencyId: currency && currency.id });
            return {
                x: index * 10,
                y: ((top - Math.max(value, 0)) / height) * 30,
                height: Math.max((Math.abs(value) / height) * 30, value ? 1 : 0),
                negative: value < 0,
                title: `${month.toFormat("LLL yyyy")}: ${amount}`,
            };
        });
    }

    get label() {
        return this.bars.map((bar) => bar.title).join(", ");
    }
}

export const economicSparkline = {
    component: EconomicSparkline,
    displayName: _t("Small chart by month"),
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({
        currencyField: options.currency_field,
        large: Boolean(options.large),
    }),
};

registry.category("fields").add("economic_sparkline", economicSparkline);
