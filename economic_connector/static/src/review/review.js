import { Component, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const MORE = 80; // debtors that are fetched when those of the list are through
const KEYS = 9; // candidates that have a key of their own
const MODEL = "economic.debtor";
const MARKS = {
    equal: { sign: "=", class: "text-success", title: _t("agrees") },
    similar: { sign: "≈", class: "text-warning-emphasis", title: _t("nearly agrees") },
    differs: { sign: "≠", class: "text-danger", title: _t("differs") },
};

/**
 * One debtor of the review queue beside the companies that it may be. A decision leads to the next
 * debtor of the list; it can be taken back at once at the foot of the screen, or later by going back to it.
 */
export class EconomicReview extends Component {
    static template = "economic_connector.Review";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.state = useState({ chosen: [], through: false, more: 0, said: null });
        this.decided = new Set();
        for (let key = 1; key <= KEYS; key++) {
            useHotkey(String(key), () => this.link(this.offered[key - 1]));
        }
        useHotkey("n", () => this.create());
        useHotkey("i", () => this.ignore());
        useHotkey("a", () => this.search());
        useHotkey("u", () => this.undo());
        useHotkey("arrowright", () => this.next());
        useHotkey("arrowleft", () => this.back());
    }

    // === WHAT IS SHOWN === //

    get record() {
        return this.props.record;
    }

    get review() {
        return this.record.data.review;
    }

    /** Those that are hardly like the debtor are shown when the person asks for more. */
    get offered() {
        const more = this.state.more === this.record.resId;
        return this.review.candidates.filter((c) => !c.refused && (more || !c.far));
    }

    get hidden() {
        const { offered } = this;
        return this.review.candidates.filter((c) => !c.refused && !offered.includes(c));
    }

    /** Of the companies on the screen: another debtor may have come by the pager. */
    get chosen() {
        return this.offered.filter((c) => this.state.chosen.includes(c.id)).map((c) => c.id);
    }

    get showMore() {
        return _t("Show %s that are less alike", formatInteger(this.hidden.length));
    }

    get refused() {
        return this.review.candidates.filter((candidate) => candidate.refused);
    }

    /** Cells of a row stand in the order of all candidates. */
    cellOf(row, candidate) {
        return row.cells[this.review.candidates.indexOf(candidate)];
    }

    markOf(cell) {
        return MARKS[cell.mark];
    }

    key(index) {
        return index < KEYS ? ` (${index + 1})` : "";
    }

    score(candidate) {
        return formatFloat(candidate.score, { digits: [6, 1] });
    }

    get position() {
        const { resIds, resId } = this.record;
        const words = { place: formatInteger(resIds.indexOf(resId) + 1) };
        const place = _t("%(place)s of %(all)s", { ...words, all: formatInteger(resIds.length) });
        return resIds.length > 1 ? place : "";
    }

    get left() {
        return _t("%s open in all", formatInteger(this.review.total));
    }

    get summary() {
        const { resIds } = this.record;
        return _t("%(decided)s decided, %(left)s left for later.", {
            decided: formatInteger(this.decided.size),
            left: formatInteger(resIds.length - this.decided.size),
        });
    }

    // === DECIDE === //

    /** Do one thing to its end, down to what is shown after it; keys pressed meanwhile are lost. */
    async alone(work) {
        if (this.busy) {
            return;
        }
        this.busy = true;
        try {
            await work(this.record.resId);
        } finally {
            this.busy = false;
        }
    }

    call(method, resId, ...args) {
        return this.orm.call(MODEL, method, [[resId], ...args]);
    }

    decide(method, ...args) {
        if (!this.review.open || this.state.through) {
            return;
        }
        return this.alone(async (resId) => {
            const { message } = await this.call(method, resId, ...args);
            this.decided.add(resId);
            this.state.said = { message, undo: () => this.reopen(resId) };
            await this.advance();
        });
    }

    /** Take back what is told at the foot of the screen. */
    undo() {
        const { said } = this.state;
        return said && this.alone(() => said.undo());
    }

    link(candidate) {
        if (!candidate || !this.review.open) {
            return;
        }
        const decide = () => this.decide("action_review_link", candidate.id);
        if (!candidate.debtors.length) {
            return decide();
        }
        this.dialog.add(ConfirmationDialog, {
            title: _t("One company with two debtors?"),
            body: _t(
                "%(company)s already belongs to %(debtors)s. If both are linked to it, it shows the invoices of both.",
                { company: candidate.name, debtors: candidate.debtors.join(", ") }
            ),
            confirmLabel: _t("Link"),
            confirm: decide,
            cancel: () => {},
        });
    }

    create() {
        return this.decide("action_review_create");
    }

    ignore() {
        return this.decide("action_review_ignore");
    }

    /** Let the person find the company that is not among the candidates. */
    search() {
        if (!this.review.open) {
            return;
        }
        this.dialog.add(SelectCreateDialog, {
            title: _t("Link to another company"),
            resModel: "res.partner",
            domain: [["parent_id", "=", false]],
            multiSelect: false,
            noCreate: true,
            onSelected: ([partnerId]) => this.decide("action_review_link", partnerId),
        });
    }

    refuse(candidate) {
        return this.alone(async (resId) => {
            const { message } = await this.call("action_review_refuse", resId, candidate.id);
            const undo = async () => {
                await this.call("action_review_offer", resId, candidate.id);
                await this.show(resId);
            };
            this.state.said = { message, undo };
            await this.record.load();
        });
    }

    offer(candidate) {
        return this.alone(async (resId) => {
            await this.call("action_review_offer", resId, candidate.id);
            this.state.said = null;
            await this.record.load();
        });
    }

    lookAgain() {
        return this.alone(async (resId) => {
            await this.call("action_review_look_again", resId);
            await this.record.load();
        });
    }

    decideAgain() {
        return this.alone((resId) => this.reopen(resId));
    }

    async reopen(resId) {
        await this.call("action_decide_again", resId);
        this.decided.delete(resId);
        this.state.said = null;
        await this.show(resId);
    }

    // === GO === //

    async show(resId, resIds = this.record.resIds) {
        this.state.through = false;
        this.state.chosen = [];
        await this.record.model.load({ resId, resIds });
    }

    back() {
        const { resIds, resId } = this.record;
        if (this.state.through) {
            this.state.through = false;
            return;
        }
        const before = resIds[resIds.indexOf(resId) - 1];
        return before && this.alone(() => this.show(before));
    }

    next() {
        return this.state.through || this.alone(() => this.advance());
    }

    /** Go to the next debtor of the list that is not decided yet, then to others of the queue. */
    async advance() {
        const { resIds, resId } = this.record;
        const after = resIds.slice(resIds.indexOf(resId) + 1);
        const following = after.find((id) => !this.decided.has(id));
        if (following) {
            return this.show(following);
        }
        const more = await this.orm.search(
            MODEL,
            [
                ["match_state", "=", "review"],
                ["id", "not in", resIds],
            ],
            { limit: MORE, order: "number, id" }
        );
        if (more.length) {
            return this.show(more[0], [...resIds, ...more]);
        }
        this.state.through = true;
    }

    leave() {
        this.action.doAction("economic_connector.action_economic_review", {
            clearBreadcrumbs: true,
        });
    }

    open(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
            target: "new",
        });
    }

    // === THE SAME COMPANY TWICE === //

    toggle(candidate) {
        const { chosen } = this;
        this.state.chosen = chosen.includes(candidate.id)
            ? chosen.filter((id) => id !== candidate.id)
            : [...chosen, candidate.id];
    }

    /** Two candidates are the same company: after merging them there is one less to choose. */
    async merge() {
        const action = await this.orm.call("res.partner", "action_economic_merge", [
            this.chosen,
        ]);
        const { resId } = this.record;
        await this.action.doAction(action, {
            onClose: async () => {
                await this.call("action_review_look_again", resId);
                await this.show(resId);
            },
        });
    }
}

registry.category("view_widgets").add("economic_review", {
    component: EconomicReview,
    fieldDependencies: [{ name: "review", type: "json" }],
});
