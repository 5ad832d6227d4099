import { Component, onWillDestroy, onWillStart, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { getDefaultConfig, View } from "@web/views/view";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { CHIPS } from "./chips";
import { useDrive } from "./drive";

const INTERVAL = 1000; // milliseconds
const MINUTE = 60; // seconds
// States of a run in which a person decides about its rows.
const DECIDABLE = ["tested", "done", "stopped"];
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
 * anybody looks, unless this page drives it; when it ends, the form is read again so that its
 * buttons are right.
 */
export class EconomicRun extends Component {
    static template = "economic_connector.Run";
    static components = { View };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.action = useService("action");
        this.drive = useDrive((resId, progress) => this.show(resId, progress));
        this.state = useState({ progress: null, status: null, version: 0 });
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
        this.show(resId, progress);
        // Not waited for: it takes as long as the run does.
        this.drive.begin(resId, progress);
    }

    show(resId, progress) {
        if (resId === this.props.record.resId) {
            this.state.progress = { ...progress, resId };
        }
    }

    /** Whether the run waits for somebody to type in what its agreement does not store. */
    get paused() {
        const { asked, offline, driver, resId } = this.state.progress;
        return asked && !offline && !driver && this.drive.runId !== resId;
    }

    get elsewhere() {
        const { driver, resId } = this.state.progress;
        return driver && this.drive.runId !== resId
            ? _t("%s lets this import go on in another window.", driver)
            : "";
    }

    async resume() {
        const { resId } = this.state.progress;
        const answer = await this.orm.call("economic.run", "action_resume", [[resId]]);
        if (answer?.tag) {
            await this.action.doAction(answer);
        }
        await this.ask();
    }

    /** Ask again while the run works, and once after its form has moved on. */
    async watch() {
        const { progress } = this.state;
        const { data, resId } = this.props.record;
        const stale = progress.resId !== resId || progress.state !== data.state;
        if (this.asking || (document.hidden && !progress.asked) || !(progress.working || stale)) {
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
        const { counts: byStatus, questions } = this.state.progress;
        const counts = { ...byStatus, questions };
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

    /** What was decided in the dialog of a row may move it to another chip. */
    async refresh() {
        await this.ask();
        this.state.version += 1;
    }

    toggle(status) {
        this.state.status = this.state.status === status ? null : status;
    }

    /** Another state is another list: ticks, results and what may be selected differ. */
    get listKey() {
        const { resId, state } = this.state.progress;
        return `${resId}-${state}-${this.state.version}`;
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
        const chip = CHIPS.find((known) => known.status === this.state.status);
        const status = chip ? chip.domain || [["status", "=", chip.status]] : [];
        const ofType = this.env.isSmall
            ? { type: "kanban", forceGlobalClick: true }
            : { type: "list", allowOpenAction: false, allowSelectors: DECIDABLE.includes(state) };
        return {
            ...LIST,
            ...ofType,
            domain: [["run_id", "=", resId], ...status],
            context: {
                economic_ended: !["loaded", "testing", "tested"].includes(state),
                economic_decidable: DECIDABLE.includes(state),
            },
            selectRecord: (lineId) => this.open(lineId),
        };
    }

    open(lineId) {
        const props = {
            resModel: LIST.resModel,
            resId: lineId,
            title: _t("Debtor"),
            size: "xl",
            preventCreate: true,
            preventEdit: true,
            readonly: true,
        };
        this.dialog.add(FormViewDialog, props, { onClose: () => this.refresh() });
    }
}

registry.category("view_widgets").add("economic_run", {
    component: EconomicRun,
    fieldDependencies: [{ name: "state", type: "selection" }],
});
