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
 * debtor of the list; it can be taken back from its notification, or later by going back to it.
 */
export class EconomicReview extends Component {
    static template = "economic_connector.Review";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({ chosen: [], through: false, refused: false });
        this.decided = new Set();
        for (let key = 1; key <= KEYS; key++) {
            useHotkey(String(key), () => this.link(this.offered[key - 1]));
        }
        useHotkey("n", () => this.create());
        useHotkey("i", () => this.ignore());
        useHotkey("a", () => this.search());
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

    get offered() {
        return this.review.candidates.filter((candidate) => !candidate.refused);
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

    /** Call a method of the debtor, once, whatever is pressed meanwhile. */
    async call(method, ...args) {
        if (this.busy || this.state.through) {
            return null;
        }
        this.busy = true;
        try {
            return await this.orm.call(MODEL, method, [[this.record.resId], ...args]);
        } finally {
            this.busy = false;
        }
    }

    async decide(method, ...args) {
        if (!this.review.open) {
            return;
        }
        const { resId } = this.record;
        const answer = await this.call(method, ...args);
        if (answer) {
            this.decided.add(resId);
            this.tell(answer.message, () => this.takeBack(resId));
            await this.next();
        }
    }

    tell(message, undo) {
        const close = this.notification.add(message, {
            type: "success",
            buttons: [{ name: _t("Undo"), onClick: () => (close(), undo()) }],
        });
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

    async refuse(candidate) {
        const { resId } = this.record;
        const answer = await this.call("action_review_refuse", candidate.id);
        if (answer) {
            this.tell(answer.message, async () => {
                await this.orm.call(MODEL, "action_review_offer", [[resId], candidate.id]);
                await this.show(resId);
            });
            await this.record.load();
        }
    }

    async offer(candidate) {
        await this.call("action_review_offer", candidate.id);
        await this.record.load();
    }

    async lookAgain() {
        await this.call("action_review_look_again");
        await this.record.load();
    }

    async takeBack(resId) {
        await this.orm.call(MODEL, "action_decide_again", [[resId]]);
        this.decided.delete(resId);
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
        return before && this.show(before);
    }

    /** Go to the next debtor of the list that is not decided yet, then to others of the queue. */
    async next() {
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
        const { chosen } = this.state;
        this.state.chosen = chosen.includes(candidate.id)
            ? chosen.filter((id) => id !== candidate.id)
            : [...chosen, candidate.id];
    }

    /** Two candidates are the same company: after merging them there is one less to choose. */
    async merge() {
        const action = await this.orm.call("res.partner", "action_economic_merge", [
            this.state.chosen,
        ]);
        const { resId } = this.record;
        await this.action.doAction(action, {
            onClose: async () => {
                await this.orm.call(MODEL, "action_review_look_again", [[resId]]);
                await this.show(resId);
            },
        });
    }
}

registry.category("view_widgets").add("economic_review", {
    component: EconomicReview,
    fieldDependencies: [{ name: "review", type: "json" }],
});
