import { Component, onWillDestroy, onWillStart, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { getDefaultConfig, View } from "@web/views/view";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { CHIPS } from "./chips";

const INTERVAL = 1000; // milliseconds
const MINUTE = 60; // seconds
// What is shown of a list that may be thousands of rows long.
const LIST = {
    resModel: "economic.run.line",
    searchViewId: false,
    loadIrFilters: true,
    noBreadcrumbs: true,
    showButtons: false,
    readonly: true,
    display: { searchPanel: false },
};

/**
 * The body of a run: its progress while it works, then its debtors as a real list with search,
 * groups and pages, and a chip per status that filters it. The work itself goes on whether or not
 * anybody looks; when it ends, the form is read again so that its buttons are right.
 */
export class EconomicRun extends Component {
    static template = "economic_connector.Run";
    static components = { View };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({ progress: null, status: null });
        useSubEnv({
            // The list below is not what the page is about: title and breadcrumbs stay the form's.
            config: { ...getDefaultConfig(), disableSearchBarAutofocus: true },
            onEconomicTick: () => this.ask(),
        });
        onWillStart(() => this.ask());
        this.timer = setInterval(() => this.watch(), INTERVAL);
        onWillDestroy(() => clearInterval(this.timer));
    }

    async ask() {
        const { resId } = this.props.record;
        const progress = await this.orm.silent.call("economic.run", "get_progress", [[resId]]);
        if (resId === this.props.record.resId) {
            this.state.progress = { ...progress, resId };
        }
    }

    /** Ask again while the run works, and once after its form has moved on. */
    async watch() {
        const { progress } = this.state;
        const { data, resId } = this.props.record;
        const stale = progress.resId !== resId || progress.state !== data.state;
        if (this.asking || document.hidden || !(progress.working || stale)) {
            return;
        }
        this.asking = true;
        try {
            await this.ask();
            if (this.state.progress.state !== this.props.record.data.state) {
                await this.props.record.load();
            }
        } catch {
            // The server is being restarted, say: the next second asks again.
        } finally {
            this.asking = false;
        }
    }

    // === PROGRESS === //

    get percent() {
        const { done, total } = this.state.progress;
        return total ? Math.min(100, Math.round((100 * done) / total)) : 100;
    }

    get progressText() {
        const { done, total, rate } = this.state.progress;
        if (!done) {
            return "";
        }
        const parts = [
            total
                ? _t("%(done)s of %(total)s", {
                      done: formatInteger(done),
                      total: formatInteger(total),
                  })
                : formatInteger(done),
        ];
        if (rate >= 1) {
            parts.push(_t("%s a second", formatInteger(Math.round(rate))));
            if (total > done) {
                parts.push(this.timeLeft((total - done) / rate));
            }
        }
        return parts.join(" · ");
    }

    timeLeft(seconds) {
        return seconds > 2 * MINUTE
            ? _t("%s min left", formatInteger(Math.ceil(seconds / MINUTE)))
            : _t("%s s left", formatInteger(Math.ceil(seconds)));
    }

    // === LIST === //

    get chips() {
        const { counts } = this.state.progress;
        return CHIPS.filter((chip) => counts[chip.status]).map((chip) => ({
            ...chip,
            count: formatInteger(counts[chip.status]),
            active: this.state.status === chip.status,
        }));
    }

    get total() {
        return Object.values(this.state.progress.counts).reduce((sum, count) => sum + count, 0);
    }

    get tickedText() {
        return _t("%(ticked)s of %(total)s ticked", {
            ticked: formatInteger(this.state.progress.ticked),
            total: formatInteger(this.total),
        });
    }

    toggle(status) {
        this.state.status = this.state.status === status ? null : status;
    }

    /** Another state is another list: ticks, results and what may be selected differ. */
    get listKey() {
        return `${this.state.progress.resId}-${this.state.progress.state}`;
    }

    /** Props that are the same objects as long as they mean the same: others reload the list. */
    get listProps() {
        const key = `${this.listKey}-${this.state.status}-${this.env.isSmall}`;
        if (this.shown?.key !== key) {
            this.shown = { key, props: this.makeListProps() };
        }
        return this.shown.props;
    }

    makeListProps() {
        const { resId, state } = this.state.progress;
        const status = this.state.status ? [["status", "=", this.state.status]] : [];
        const ofType = this.env.isSmall
            ? { type: "kanban", forceGlobalClick: true }
            : { type: "list", allowOpenAction: false, allowSelectors: state === "tested" };
        return {
            ...LIST,
            ...ofType,
            domain: [["run_id", "=", resId], ...status],
            context: { economic_ended: !["loaded", "testing", "tested"].includes(state) },
            selectRecord: (lineId) => this.open(lineId),
        };
    }

    open(lineId) {
        this.dialog.add(FormViewDialog, {
            resModel: LIST.resModel,
            resId: lineId,
            title: _t("Debtor"),
            size: "xl",
            preventCreate: true,
            preventEdit: true,
            readonly: true,
        });
    }
}

registry.category("view_widgets").add("economic_run", {
    component: EconomicRun,
    fieldDependencies: [{ name: "state", type: "selection" }],
});
