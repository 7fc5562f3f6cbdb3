// Elements from data. In: a tag, attributes, children. Out: an element. Strings become text nodes,
// never markup: nothing on this page goes through innerHTML, and the content security policy refuses it.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/** An HTML element: `h("p", {class: "lead"}, "text")`; a function is a listener, `{click: open}`. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element, for the charts. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A list that shows `step` items at a time, so that ten thousand of them do not stop the page. */
export function growingList(container, items, toElement, moreLabel, step = 200) {
  let shown = 0;
  const more = h("button", { type: "button", class: "quiet", click: grow });
  function grow() {
    const batch = items.slice(shown, shown + step).map((item, i) => toElement(item, shown + i));
    container.append(...batch);
    shown += batch.length;
    more.hidden = shown >= items.length;
    more.textContent = moreLabel(items.length - shown);
  }
  /** Shows items up to and with `index`, so that it can be pointed at. */
  function reach(index) {
    while (shown <= index && shown < items.length) grow();
  }
  grow();
  return { more, reach };
}
