import { onMounted, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { registry } from "@web/core/registry";
import { ActionMenus } from "@web/search/action_menus/action_menus";
import { listView } from "@web/views/list/list_view";

/** The Actions menu of a list, opened where the pointer is. */
export class PointerMenu extends ActionMenus {
    static template = "economic_connector.PointerMenu";
    static components = { Dropdown, DropdownItem };
    static props = { ...ActionMenus.props, x: Number, y: Number };

    setup() {
        super.setup();
        this.dropdown = useDropdownState();
        onMounted(() => this.dropdown.open());
    }

    get style() {
        return `left: ${this.props.x}px; top: ${this.props.y}px`;
    }
}

/**
 * A list whose rows have the Actions menu on the right mouse button (or the menu key). A row that is
 * not selected is selected alone; with Ctrl or Shift held the browser's own menu comes.
 */
export class RightClickController extends listView.Controller {
    static template = "economic_connector.RightClickList";
    static components = { ...listView.Controller.components, PointerMenu };

    setup() {
        super.setup();
        this.pointer = useState({ times: 0, x: 0, y: 0 });
    }

    async onContextMenu(ev) {
        const row = ev.target.closest(".o_data_row");
        const record = row && this.findRecord(this.model.root, row.dataset.id);
        if (!record || !this.props.info.actionMenus || ev.ctrlKey || ev.shiftKey) {
            return;
        }
        ev.preventDefault();
        if (!record.selected) {
            const others = this.model.root.selection;
            await Promise.all(others.map((other) => other.toggleSelection(false)));
            await record.toggleSelection(true);
        }
        // A new menu each time; the former one stays until then, since what it began goes on.
        const { times } = this.pointer;
        Object.assign(this.pointer, { times: times + 1, x: ev.clientX, y: ev.clientY });
    }

    findRecord(list, id) {
        const inGroups = (list.groups || []).map((group) => this.findRecord(group.list, id));
        return inGroups.find(Boolean) || list.records.find((record) => record.id === id);
    }

    get pointerMenuProps() {
        return { ...this.actionMenuProps, x: this.pointer.x, y: this.pointer.y };
    }
}

registry.category("views").add("economic_list", {
    ...listView,
    Controller: RightClickController,
});
