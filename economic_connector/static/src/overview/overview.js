import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

/**
 * The cards of the overview are full of buttons. Odoo's kanban takes Enter and the space bar for
 * the card as a whole, wherever in it the focus is: a button that has it gets them back.
 */
class EconomicOverviewRenderer extends KanbanRenderer {
    setup() {
        super.setup();
        const keep = (ev) => {
            if (["Enter", " "].includes(ev.key) && ev.target.closest("button, a")) {
                ev.stopPropagation();
            }
        };
        useEffect(
            (el) => {
                el.addEventListener("keydown", keep);
                return () => el.removeEventListener("keydown", keep);
            },
            () => [this.rootRef.el]
        );
    }
}

registry.category("views").add("economic_overview", {
    ...kanbanView,
    Renderer: EconomicOverviewRenderer,
});
