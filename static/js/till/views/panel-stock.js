// @ts-check
// What every store has of one thing: two taps from the basket, or by name.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect } from "../../../vendor/js/preact-hooks.js";
import { lookUpStock } from "../actions-basket.js";
import { set } from "../store.js";
import { till } from "../till.js";
import { t, whole } from "../words.js";
import { closePanel } from "./closing.js";
import { Panel, useTill } from "./parts.js";

export function StockPanel() {
  const { asked, basket, stock, standing } = useTill();
  const item = till.catalogue.items.get(asked) ?? basket.lines.at(-1)?.item;
  useEffect(() => {
    if (item) void lookUpStock([item.id]);
  }, [item?.id]);
  if (!item || !standing) {
    return html`<${Panel} title=${t("Stock everywhere")} onClose=${closePanel} closeLabel=${t("Back")}><p>${t("Scan a piece or find it first; then press %(key)s.", { key: "F6" })}</p></${Panel}>`;
  }
  const known = stock[item.id];
  return html`<${Panel} title=${t("Stock of %(name)s", { name: whole(item) })} onClose=${closePanel} closeLabel=${t("Back")}>
    ${!item.tracked && html`<p>${t("This is not counted: it can be sold without stock.")}</p>`}
    ${item.tracked && !known && html`<p role="status">${t("Asking the stores…")}</p>`}
    ${known && html`<ul class="places" role="list">
      ${standing.places.map((place) => html`<li class="pair"><span><b>${place.name}</b>${place.id === standing.store.id && html` <span class="tag info">${t("here")}</span>`}<span class="soft small">${place.phone}</span></span>
        <span class=${`num units ${known[place.id] ? "" : "soft"}`}>${known[place.id] ?? 0}</span></li>`)}
    </ul>`}
    ${basket.lines.length > 1 && html`<div class="choices" role="group" aria-label=${t("Of what")}>${basket.lines.map((line) => html`<button type="button" class="button quiet" aria-pressed=${line.item.id === item.id} onClick=${() => set({ asked: line.item.id })}>${whole(line.item)}</button>`)}</div>`}
  </${Panel}>`;
}
