// @ts-check
// What the lists and the pages of parts of orders have in common: a picture, a clock, a row of goods.

import { html } from "../../../vendor/js/htm-preact.js";
import { useLayoutEffect } from "../../../vendor/js/preact-hooks.js";
import { listed, locale, moment, named, t, whole } from "../words.js";
import { Icon } from "./parts.js";

/** @typedef {import("../shapes.js").PartLine} PartLine */

const SOON = 60;
const DAY = 24 * 60;

/** A panel that was opened far down a list begins at its head. */
export function useTop() {
  useLayoutEffect(() => {
    const panel = document.querySelector(".find .panel");
    if (panel && panel.getBoundingClientRect().top < 0) panel.scrollIntoView();
  }, []);
}

/** @param {{line: PartLine}} props */
export function Picture({ line }) {
  if (!line.picture) return html`<span class="shot none"><${Icon} name="package" /></span>`;
  return html`<img class="shot" src=${line.picture} alt="" width="64" height="64" loading="lazy" onError=${missing} />`;
}

/**
 * A picture that this device has not seen before the network went.
 * @param {Event} event
 */
function missing(event) {
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.classList.add("none");
}

/** @param {{line: PartLine}} props */
export function Goods({ line }) {
  const about = [named(line.title), line.sku].filter(Boolean).join(" · ");
  return html`<span class="what"><b>${named(line.name) || t("Goods that are gone from the catalogue")}</b>${about && html`<span class="soft small">${about}</span>`}</span>`;
}

/**
 * What is in it, in one row.
 * @param {PartLine[]} lines
 */
export function contents(lines) {
  return listed(lines.map((line) => (line.quantity > 1 ? `${line.quantity} × ${whole(line)}` : whole(line))));
}

/**
 * Until when it is due, as a clerk reads a clock.
 * @param {{at: string, zone: string}} props
 */
export function Due({ at, zone }) {
  if (!at) return html`<span class="tag">${t("No hour yet")}</span>`;
  const minutes = Math.round((Date.parse(at) - Date.now()) / 60_000);
  if (minutes < 0) return html`<span class="tag bad"><${Icon} name="timer" />${t("late by %(time)s", { time: span(-minutes) })}</span>`;
  if (minutes < DAY) return html`<span class=${minutes < SOON ? "tag wait" : "tag info"}><${Icon} name="timer" />${t("due in %(time)s", { time: span(minutes) })}</span>`;
  return html`<span class="tag">${t("due %(moment)s", { moment: moment(at, zone) })}</span>`;
}

/** @param {number} minutes */
function span(minutes) {
  const [days, hours] = [Math.floor(minutes / DAY), Math.floor(minutes / 60)];
  if (days) return t("%(days)s d", { days });
  return hours ? t("%(hours)s h %(minutes)s min", { hours, minutes: minutes % 60 }) : t("%(minutes)s min", { minutes });
}

/**
 * The last day on which goods are kept: they are let go at midnight.
 * @param {string} until
 * @param {string} zone
 */
export function lastDay(until, zone) {
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", timeZone: zone }).format(Date.parse(until) - 60_000);
}

/** @param {string} until */
export function isOver(until) {
  return Date.parse(until) <= Date.now();
}
