// Words of the page in the language chosen. In: a key of `i18n/zh.js` and `i18n/en.js`, values for its
// `{names}`. Out: a string. Chinese first; the choice is remembered in this browser.

import en from "./i18n/en.js";
import zh from "./i18n/zh.js";

const WORDS = { zh, en };
const TAGS = { zh: "zh-CN", en: "en" };
const REMEMBERED = "gongkai.language";

let language = "zh";
try {
  language = localStorage.getItem(REMEMBERED) === "en" ? "en" : "zh";
} catch {
  // A browser that keeps nothing is shown Chinese.
}

export function currentLanguage() {
  return language;
}

export function t(key, values = {}) {
  const words = WORDS[language][key];
  if (words === undefined) throw new Error(`no words for ${key}`);
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** The words for a value of a closed set, the value itself where a later service adds one. */
export function term(group, value) {
  return WORDS[language][`${group}.${value}`] ?? value;
}

export function setLanguage(next) {
  language = next;
  try {
    localStorage.setItem(REMEMBERED, next);
  } catch {
    // Then it lasts until the page is left.
  }
}

/** Fills the parts of index.html that stand there in Chinese. */
export function translateDocument(root = document) {
  document.documentElement.lang = TAGS[language];
  document.title = t("title");
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll("[data-t-label]")) element.setAttribute("aria-label", t(element.dataset.tLabel));
  for (const element of root.querySelectorAll("[data-t-placeholder]")) element.placeholder = t(element.dataset.tPlaceholder);
}

/** A number as people write it. */
export function formatNumber(value) {
  return new Intl.NumberFormat(TAGS[language], { maximumFractionDigits: 6 }).format(value);
}

/** A figure with what qualifies it: 约1,200, 650余, 不足30. */
export function formatFigure(value, qualifier) {
  const number = formatNumber(value);
  return qualifier && qualifier !== "exact" ? t(`qualified.${qualifier}`, { number }) : number;
}
