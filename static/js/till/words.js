// @ts-check
// What the till says, in the page's language. The phrases came with the page.

/** @type {Record<string, string>} */
let phrases = {};
/** @type {"en" | "zh"} */
let language = "en";

/** @param {{language: string, phrases: Record<string, string>}} boot */
export function speak(boot) {
  phrases = boot.phrases;
  language = boot.language === "zh" ? "zh" : "en";
}

/**
 * Say a phrase; `%(name)s` stands for a value.
 * @param {string} phrase
 * @param {Record<string, string | number>} [values]
 */
export function t(phrase, values = {}) {
  return (phrases[phrase] ?? phrase).replace(/%\((\w+)\)s/g, (_, name) => String(values[name] ?? ""));
}

/**
 * Say how many: the first phrase for one, the second for any other number.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 */
export function tn(one, many, count) {
  return t(count === 1 ? one : many, { count });
}

/** @param {import("./shapes.js").Names} names */
export function named(names) {
  return names[language] || names.en || names.zh;
}

/**
 * Names one after the other, as the language writes them.
 * @param {string[]} names
 */
export function listed(names) {
  return names.join(language === "zh" ? "、" : ", ");
}

/**
 * A measure in one piece: "20 cm" never ends a line after its number.
 * @param {string} text
 */
function unbroken(text) {
  return text.replace(/(\d) (?=\S)/g, "$1\u00a0");
}

/**
 * A piece of goods with what tells it from its siblings: two sizes of one tea are two different wishes.
 * @param {{name: import("./shapes.js").Names, title: import("./shapes.js").Names}} item
 */
export function whole({ name, title }) {
  return [named(name), unbroken(named(title))].filter(Boolean).join("\u00a0· ");
}

/**
 * A share, as the language writes it.
 * @param {number} points basis points
 */
export function percent(points) {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 2 }).format(points / 10_000);
}

/**
 * A tax rate, as the language writes it.
 * @param {string} rate a fraction of one, exact decimal
 */
export function share(rate) {
  return percent(Math.round(Number(rate) * 10_000));
}

export function locale() {
  return language === "zh" ? "zh-CN" : "en-GB";
}

/**
 * The time of day at the shop, wherever the device believes to be.
 * @param {string | number | Date} at
 * @param {string} zone
 */
export function hour(at, zone) {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(new Date(at));
}

/**
 * Day and time at the shop, as they stand on paper.
 * @param {string | number | Date} at
 * @param {string} zone
 */
export function moment(at, zone) {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone: zone }).format(new Date(at));
}

/** @param {string} kind */
export function tenderName(kind) {
  return { cash: t("Cash"), card: t("Bank card"), gift_card: t("Gift card"), store_credit: t("Store credit") }[kind] ?? kind;
}
