// @ts-check
// The basket: large lines, the newest marked; the line in hand shows what can be done with it.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { clearBasket, levels, remove, setQuantity } from "../actions-basket.js";
import { askCustomer, detach } from "../actions-customer.js";
import { exceedsLimit, promotedOn, reckon } from "../basket.js";
import { difference, money, readCount } from "../money.js";
import { isCounted, isLeftOut, leaveCodeOut } from "../quoting.js";
import { set } from "../store.js";
import { listed, named, percent, t, tn } from "../words.js";
import { Icon, Key, useTill } from "./parts.js";

/** @typedef {import("../shapes.js").Line} Line */

export function Basket() {
  const { basket, open, selected, standing, note } = useTill();
  const shown = open ? open.basket : basket;
  const sum = reckon(shown, standing?.tax_rounding ?? "line");
  return html`<main id="main" tabindex="-1" class="basket" aria-label=${t("Basket")}>
    ${shown.lines.length ? html`<${Lines} basket=${shown} sum=${sum} selected=${open ? "" : selected} note=${note} />` : html`<${Empty} />`}
    ${note && html`<div class=${`notice ${note.kind}`} role=${note.kind === "bad" ? "alert" : "status"}>
      <span>${note.text}</span>
      ${note.undo && html`<button type="button" class="button small quiet" onClick=${note.undo}><${Icon} name="undo-2" /><span>${t("Undo")}</span></button>`}
      ${note.act && html`<button type="button" class="button small quiet" onClick=${note.act.go}><span>${note.act.label}</span></button>`}
      <button type="button" class="button bare icon-only small" aria-label=${t("Close")} onClick=${() => set({ note: null })}><${Icon} name="x" /></button>
    </div>`}
    <${Codes} basket=${shown} fixed=${Boolean(open)} />
    <${Customer} customer=${shown.customer ?? null} fixed=${Boolean(open)} clears=${shown.lines.length > 0 && !open} />
    <${Sum} sum=${sum} />
  </main>`;
}

function Empty() {
  return html`<div class="empty-basket">
    <${Icon} name="scan-barcode" />
    <p><b>${t("Scan the first piece")}</b></p>
    <p class="soft">${t("Or type a name, a code or part of either. Scanning works wherever the focus is.")}</p>
  </div>`;
}

/** @param {{basket: import("../shapes.js").Basket, sum: import("../basket.js").Sum, selected: string, note: import("../shapes.js").Note | null}} props `note` takes its room from the lines */
function Lines({ basket, sum, selected, note }) {
  const { lines } = basket;
  /** @type {{current: HTMLElement | null}} */
  const list = useRef(null);
  useEffect(() => list.current?.querySelector(".now")?.scrollIntoView({ block: "nearest" }), [selected, lines, note]);
  return html`<ul class="lines" ref=${list} role="list">
    ${lines.map((line) => html`<${Row} key=${line.key} line=${line} promoted=${promotedOn(basket, line)} sum=${sum} isNow=${line.key === selected} />`)}
  </ul>`;
}

/** @param {{line: Line, promoted: import("../shapes.js").Promoted[], sum: import("../basket.js").Sum, isNow: boolean}} props */
function Row({ line, promoted, sum, isNow }) {
  const figures = sum.lines.get(line.key);
  const name = named(line.item.name);
  const title = named(line.item.title);
  return html`<li class=${isNow ? "line now" : "line"}>
    <button type="button" class="q num" aria-expanded=${isNow} aria-label=${t("%(quantity)s × %(name)s: change", { quantity: line.quantity, name })} onClick=${() => set({ selected: isNow ? "" : line.key })}>${line.quantity}</button>
    <div class="what"><b>${name}</b>${title && html` <span class="soft unit">${title}</span>`}<${About} line=${line} off=${figures?.off ?? 0} /></div>
    <span class="num amount">${money(figures?.total ?? 0)}${Boolean(figures?.off || figures?.promoted) && html`<s class="soft small"><span class="visually-hidden">${t("instead of")}</span>${money(figures?.full ?? 0)}</s>`}</span>
    ${promoted.map((each) => html`<div class="promoted small" key=${each.promotion}><${Icon} name="badge-percent" /><span>${named(each.name)}</span><span class="num">${difference(-each.amount_minor)}</span></div>`)}
    ${isNow && html`<div class="line-keys">
      <button type="button" aria-label=${t("One less")} onClick=${() => setQuantity(line.key, line.quantity - 1)}><${Icon} name="minus" /></button>
      <label><span class="visually-hidden">${t("Quantity of %(name)s", { name })}</span>
        <${Quantity} key=${line.key} line=${line} /></label>
      <button type="button" aria-label=${t("One more")} onClick=${() => setQuantity(line.key, line.quantity + 1)}><${Icon} name="plus" /></button>
      <button type="button" onClick=${() => set({ panel: "discount" })}><${Icon} name="badge-percent" /><span>${t("Discount")}</span></button>
      <button type="button" onClick=${() => set({ panel: "stock", asked: line.item.id })}><${Icon} name="store" /><span>${t("Stock")}</span></button>
      <button type="button" aria-label=${t("Take %(name)s out", { name })} onClick=${() => remove(line.key)}><${Icon} name="trash-2" /></button>
    </div>`}
  </li>`;
}

/**
 * A quantity that is typed counts as soon as the focus leaves the field, by whatever key: `settleTyped` is called
 * before every shortcut and every scan. Enter takes it and does nothing else.
 * @param {{line: Line}} props
 */
function Quantity({ line }) {
  const [typed, setTyped] = useState(/** @type {string | null} */ (null));
  /** @param {HTMLInputElement} field */
  const take = (field) => {
    const wanted = readCount(field.value);
    setTyped(null);
    if (wanted !== null) setQuantity(line.key, wanted);
  };
  /** @param {KeyboardEvent & {currentTarget: HTMLInputElement}} event */
  const leave = (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") {
      event.currentTarget.value = String(line.quantity);
      setTyped(null);
    }
    document.getElementById("find")?.focus();
  };
  return html`<input type="text" inputmode="numeric" autocomplete="off" maxlength="4" data-typed value=${typed ?? line.quantity} onKeyDown=${leave}
    onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setTyped(event.currentTarget.value)}
    onBlur=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => take(event.currentTarget)}
    onFocus=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => event.currentTarget.select()} />`;
}

/** @param {{line: Line, off: number}} props */
function About({ line, off }) {
  const known = line.item.tracked ? levels(line.item.id) : null;
  const short = known && known.here < line.quantity;
  const words = [line.item.sku];
  if (known && !short) words.push(t("here %(here)s, elsewhere %(elsewhere)s", known));
  if (off && line.discount) words.push(discountWords(line.discount));
  return html`<div class="soft small">${words.join(" · ")}${short && html` <span class="tag wait">${t("the books say %(here)s here", { here: Math.max(0, known.here) })}</span>`}</div>`;
}

/** @param {import("../shapes.js").Discount} discount */
function discountWords(discount) {
  const size = discount.basis_points ? t("%(amount)s off", { amount: percent(discount.basis_points) }) : t("%(amount)s off", { amount: money(discount.amount_minor) });
  return listed([size, discount.reason]);
}

/**
 * The codes of this sale: what each does, or why it does nothing.
 * @param {{basket: import("../shapes.js").Basket, fixed: boolean}} props
 */
function Codes({ basket, fixed }) {
  if (!basket.codes?.length) return null;
  const told = new Map(basket.quote?.codes.map((each) => [each.code, each]));
  return html`<ul class="codes small" role="list" aria-live="polite" aria-label=${t("Promotion codes")}>${basket.codes.map((code) => html`<li key=${code}>
    <span><b class="num">${code}</b> <span class="soft">${told.get(code)?.counts ? t("counts") : (told.get(code)?.words ?? "")}</span></span>
    ${!fixed && html`<button type="button" class="button bare icon-only small" aria-label=${t("Leave the code %(code)s out", { code })} onClick=${() => leaveCodeOut(code)}><${Icon} name="x" /></button>`}
  </li>`)}</ul>`;
}

/** @param {{customer: import("../shapes.js").Whose | null, fixed: boolean, clears: boolean}} props */
function Customer({ customer, fixed, clears }) {
  if (!customer) return html`<div class="whose"><button type="button" class="button bare small" disabled=${fixed} onClick=${askCustomer}><${Icon} name="user-plus" /><span>${t("Customer")}</span><${Key} name="F1" /></button>${clears && html`<${Clear} />`}</div>`;
  return html`<div class="whose known"><button type="button" class="button bare small" disabled=${fixed} aria-label=${t("Customer: %(name)s", { name: customer.name || customer.contact })} onClick=${askCustomer}><${Icon} name="user" /><b>${customer.name || customer.contact}</b>${customer.name && html`<span class="soft">${customer.contact}</span>`}</button>
    ${!fixed && html`<button type="button" class="button bare icon-only small" aria-label=${t("Take %(name)s off this sale", { name: customer.name || customer.contact })} onClick=${detach}><${Icon} name="x" /></button>`}${clears && html`<${Clear} />`}</div>`;
}

function Clear() {
  return html`<button type="button" class="button bare small clears" onClick=${clearBasket}><${Icon} name="trash-2" /><span>${t("Empty the basket")}</span></button>`;
}

/** @param {{sum: import("../basket.js").Sum}} props */
function Sum({ sum }) {
  const { open, basket, clerk, standing } = useTill();
  const asks = !open && !clerk?.approves && exceedsLimit(basket, standing?.policy.discount_limit ?? 0);
  return html`<div class="sum" aria-busy=${!isCounted() && !isLeftOut()}>
    ${isLeftOut() && html`<p class="small asks"><span>${t("Without the network promotions do not count.")}</span></p>`}
    <p class="soft"><span>${tn("%(count)s piece", "%(count)s pieces", sum.units)}</span>${sum.discount > 0 && html`<span class="num">${t("%(amount)s already taken off", { amount: money(sum.discount) })}</span>`}</p>
    ${asks && html`<p class="small asks"><span>${t("A manager types their PIN when it is paid.")}</span></p>`}
    ${sum.taxed && html`<p class="soft"><span>${sum.taxIncluded ? t("Tax included") : t("VAT")}</span><span class="num">${money(sum.tax)}</span></p>`}
    ${open && open.due_minor < open.total_minor && html`<p class="soft"><span>${t("Paid so far")}</span><span class="num">${money(open.total_minor - open.due_minor)}</span></p>`}
    <p class="total num" aria-live="polite"><span>${open && open.due_minor < open.total_minor ? t("Still due") : t("Total")}</span><span>${money(open ? open.due_minor : sum.total)}</span></p>
  </div>`;
}
