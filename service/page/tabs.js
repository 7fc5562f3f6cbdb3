// Tabs after the ARIA pattern: arrow keys move between them, a panel is filled when it is first shown.

import { h } from "./dom.js";

export class Tabs {
  /** `panels` are `{name, label, fill}`; `fill()` gives the panel's children, once. */
  constructor(label, panels) {
    this._panels = new Map(panels.map((panel) => [panel.name, { ...panel, element: this._panel(panel.name), tab: this._tab(panel) }]));
    const parts = [...this._panels.values()];
    this.list = h("div", { role: "tablist", "aria-label": label, keydown: (event) => this._move(event) }, parts.map((p) => p.tab));
    this.bodies = parts.map((p) => p.element);
    this.open(panels[0].name);
  }

  _tab({ name, label }) {
    return h(
      "button",
      { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, "data-tab": name, click: () => this.open(name) },
      label,
    );
  }

  _panel(name) {
    return h("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, tabindex: "0", class: `panel ${name}` });
  }

  open(name) {
    for (const [other, panel] of this._panels) {
      const isOpen = other === name;
      panel.tab.setAttribute("aria-selected", String(isOpen));
      panel.tab.tabIndex = isOpen ? 0 : -1;
      panel.element.hidden = !isOpen;
    }
    this.fill(name);
  }

  fill(name) {
    const panel = this._panels.get(name);
    if (panel.filled) return;
    panel.filled = true;
    panel.element.append(...panel.fill().flat(Infinity).filter(Boolean));
  }

  /** For the printer: everything there is. */
  fillAll() {
    for (const name of this._panels.keys()) this.fill(name);
  }

  _move(event) {
    const names = [...this._panels.keys()];
    const at = names.indexOf(event.target.dataset.tab);
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: names.length - 1 - at }[event.key];
    if (step === undefined || at < 0) return;
    event.preventDefault();
    const next = names[(at + step + names.length) % names.length];
    this.open(next);
    this._panels.get(next).tab.focus();
  }
}
