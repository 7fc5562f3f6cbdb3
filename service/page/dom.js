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

/**
 * A list that shows `step` items at a time, so that ten thousand of them do not stop the page. The button `more`, which
 * `sayMore(n)` words, shows those that follow, then those before; `reach(index)` shows an item and its neighbours.
 */
export function growingList(container, items, toElement, sayMore, step = 200) {
  let start = 0;
  let end = 0;
  const more = h("button", { type: "button", class: "quiet", click: grow });
  const elements = (from, to) => items.slice(from, to).map((item, i) => toElement(item, from + i));
  function grow() {
    if (end < items.length) {
      container.append(...elements(end, end + step));
      end = Math.min(end + step, items.length);
    } else {
      const from = Math.max(start - step, 0);
      container.prepend(...elements(from, start));
      start = from;
    }
    more.hidden = end - start >= items.length;
    more.textContent = sayMore(items.length - (end - start));
  }
  function reach(index) {
    if (index >= start && index < end) return;
    container.replaceChildren();
    start = end = index - (index % step);
    grow();
  }
  grow();
  return { more, reach };
}
