// @ts-check
// Take goods of any receipt or order back: find it, count what lies on the counter, say what becomes of it.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { findOrders, readReturnable, takeReturn } from "../actions-return.js";
import { money } from "../money.js";
import { now } from "../store.js";
import { locale, moment, t } from "../words.js";
import { closePanel } from "./closing.js";
import { Icon, Panel, Press, useTill } from "./parts.js";

/** @typedef {import("../actions-return.js").Meant} Meant */
/** @typedef {import("../actions-return.js").Back} Back */
/** @typedef {import("../actions-return.js").Returnable} Returnable */
/** @typedef {import("../actions-return.js").Found} Found */

export function ReturnPanel() {
  const { asked, reachable } = useTill();
  const [chosen, setChosen] = useState(/** @type {Returnable | null} */ (null));
  const [fault, setFault] = useState("");
  /** @param {string} id */
  const choose = async (id) => {
    const told = await readReturnable(id);
    if (typeof told === "string") setFault(told);
    else setChosen(told);
  };
  return html`<${Panel} title=${t("Take goods back")} onClose=${closePanel} closeLabel=${t("Back")}>
    ${!reachable && html`<p class="soft">${t("Returns come with the network.")}</p>`}
    ${fault && html`<p class="soft" role="alert">${fault}</p>`}
    ${chosen ? html`<${Handed} key=${chosen.order.id} told=${chosen} onBack=${() => setChosen(null)} />` : html`<${Search} key=${asked} asked=${asked} onChoose=${choose} onFault=${setFault} />`}
  </${Panel}>`;
}

/** @param {{asked: string, onChoose: (id: string) => void, onFault: (fault: string) => void}} props */
function Search({ asked, onChoose, onFault }) {
  const { standing } = useTill();
  const [words, setWords] = useState(asked);
  const [found, setFound] = useState(/** @type {Meant[] | null} */ (null));
  /** @type {{current: HTMLInputElement | null}} */
  const field = useRef(null);
  const look = async (/** @type {string} */ what) => {
    if (!what.trim()) return;
    onFault("");
    const told = await findOrders(what.trim());
    if (typeof told === "string") return onFault(told);
    const only = told.length === 1 ? told[0] : undefined;
    if (only) onChoose(only.id);
    else setFound(told);
  };
  useLayoutEffect(() => field.current?.focus(), []);
  useEffect(() => void look(asked), [asked]);
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    void look(words);
  };
  return html`<form class="stack" onSubmit=${submit}>
    <div class="field"><label for="which">${t("Receipt, order number or e-mail address")}</label>
      <input id="which" ref=${field} type="text" autocomplete="off" spellcheck=${false} maxlength="100" value=${words} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setWords(event.currentTarget.value)} />
      <p class="soft small" role="status">${found?.length === 0 ? t("No order is known by this.") : t("Or scan the code on the receipt.")}</p></div>
    <button type="submit" class="button main"><${Icon} name="search" /><span>${t("Find the order")}</span></button>
    ${Boolean(found?.length) && html`<ul class="results" role="list" aria-label=${t("Found")}>
      ${(found ?? []).map((each) => html`<li key=${each.id}><button type="button" onClick=${() => onChoose(each.id)}>
        <span><b class="num">${each.receipt || each.number}</b></span><span class="num">${amount(each.total_minor, each.currency)}</span>
        <span class="soft small num">${moment(each.at, standing?.time_zone ?? "UTC")}</span>
      </button></li>`)}
    </ul>`}
  </form>`;
}

/** @param {{told: Returnable, onBack: () => void}} props */
function Handed({ told, onBack }) {
  const { order, reasons } = told;
  const announced = order.announced[0];
  const [found, setFound] = useState(() => begun(told));
  const [reason, setReason] = useState(announced?.lines[0]?.reason ?? reasons[0]?.code ?? "");
  const most = (/** @type {Back} */ line) => line.units + (announced?.lines.find((each) => each.line === line.id)?.units ?? 0);
  const lines = order.lines.filter((line) => most(line) > 0);
  const worth = lines.reduce((sum, line) => sum + (line.worth[units(found.get(line.id)) - 1] ?? 0), 0);
  const count = lines.reduce((sum, line) => sum + units(found.get(line.id)), 0);
  /** @param {string} line @param {Partial<Found>} change */
  const put = (line, change) => setFound(new Map(found).set(line, { ...(found.get(line) ?? nothing), ...change }));
  const take = () => takeReturn(order.id, new Map([...found].map(([line, each]) => [line, { ...each, reason }])), announced?.id ?? "");
  return html`<div class="stack">
    <p class="pair"><b class="num">${order.receipt ? t("Receipt %(number)s", { number: order.receipt }) : t("Order %(number)s", { number: order.number })}</b><${Press} label=${t("Another order")} kind="bare" onPress=${onBack} /></p>
    ${announced && html`<p class="tag info">${t("Announced as %(number)s", { number: announced.number })}</p>`}
    ${lines.length === 0 && html`<p class="soft">${t("Nothing of it can come back: it is back already, or was never handed over.")}</p>`}
    <ul class="taken" role="list">
      ${lines.map((line) => html`<li key=${line.id} class="stack">
        <p class="pair"><span><b>${line.name}</b>${line.title && html` <span class="soft unit">${line.title}</span>`}</span><span class="soft small">${t("up to %(count)s", { count: most(line) })}</span></p>
        <${Pieces} label=${t("Back on the shelf")} name=${line.name} value=${found.get(line.id)?.restock ?? 0} room=${most(line) - units(found.get(line.id))} onCount=${(/** @type {number} */ restock) => put(line.id, { restock })} />
        <${Pieces} label=${t("Put aside")} name=${line.name} value=${found.get(line.id)?.aside ?? 0} room=${most(line) - units(found.get(line.id))} onCount=${(/** @type {number} */ aside) => put(line.id, { aside })} />
        <${Pieces} label=${t("Broken")} name=${line.name} value=${found.get(line.id)?.spoilt ?? 0} room=${most(line) - units(found.get(line.id))} onCount=${(/** @type {number} */ spoilt) => put(line.id, { spoilt })} />
      </li>`)}
    </ul>
    ${lines.length > 0 && html`<div class="field"><label for="why">${t("Reason")}</label>
      <select id="why" value=${reason} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => setReason(event.currentTarget.value)}>${reasons.map((each) => html`<option key=${each.code} value=${each.code} selected=${each.code === reason}>${each.name}</option>`)}</select></div>
      <p class="pair"><span>${t("Goes back")}</span><b class="num">${amount(worth, order.currency)}</b></p>
      ${now().clerk?.approves ? null : html`<p class="soft small">${t("A manager types their PIN next.")}</p>`}
      <${Press} icon="undo-2" kind="main" label=${t("Take back and pay back")} disabled=${count === 0} onPress=${take} />`}
  </div>`;
}

/** @type {Found} */
const nothing = { restock: 0, aside: 0, spoilt: 0, reason: "" };

/**
 * What was announced lies on the counter, as a rule.
 * @param {Returnable} told
 */
function begun({ order }) {
  return new Map((order.announced[0]?.lines ?? []).map((each) => [each.line, { ...nothing, restock: each.units }]));
}

/** @param {Found | undefined} found */
function units(found) {
  return found ? found.restock + found.aside + found.spoilt : 0;
}

/**
 * An amount of an order, which may have been paid in another currency than the drawer holds.
 * @param {number} minor
 * @param {string} currency
 */
function amount(minor, currency) {
  if (currency === now().standing?.currency) return money(minor);
  const format = new Intl.NumberFormat(locale(), { style: "currency", currency, currencyDisplay: "code" });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** @param {{label: string, name: string, value: number, room: number, onCount: (units: number) => void}} props */
function Pieces({ label, name, value, room, onCount }) {
  return html`<div class="count-row" role="group" aria-label=${`${name}: ${label}`}>
    <span>${label}</span>
    <button type="button" class="button quiet icon-only" aria-label=${t("One less")} disabled=${value === 0} onClick=${() => onCount(value - 1)}><${Icon} name="minus" /></button>
    <b class="num" aria-live="polite">${value}</b>
    <button type="button" class="button quiet icon-only" aria-label=${t("One more")} disabled=${room <= 0} onClick=${() => onCount(value + 1)}><${Icon} name="plus" /></button>
  </div>`;
}
