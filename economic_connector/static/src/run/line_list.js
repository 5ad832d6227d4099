import { registry } from "@web/core/registry";
import { listView } from "@web/views/list/list_view";

/** The list of a run's debtors: tells the page around it when its buttons have ticked rows. */
class EconomicRunLineController extends listView.Controller {
    async afterExecuteActionButton(clickParams) {
        await super.afterExecuteActionButton(clickParams);
        await this.env.onEconomicTick?.();
    }
}

registry.category("views").add("economic_run_line_list", {
    ...listView,
    Controller: EconomicRunLineController,
});
