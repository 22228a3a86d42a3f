// @ts-check
// The field that finds: by code, by words in either script. Below it the results, or the panel in hand.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useState } from "../../../vendor/js/preact-hooks.js";
import { add, levels, lookUpStock, setQuantity } from "../actions-basket.js";
import { openShown } from "../actions-pickup.js";
import { hasCamera } from "../camera.js";
import { spelling } from "../codes.js";
import { money, plainDigits } from "../money.js";
import { looksLikeCode, typedDigits } from "../pickup-codes.js";
import { now, set } from "../store.js";
import { till } from "../till.js";
import { named, t } from "../words.js";
import { closePanel } from "./closing.js";
import { Icon, useTill } from "./parts.js";
import { PanelInHand } from "./panels.js";

/** @typedef {import("../shapes.js").Item} Item */

export function Find() {
  const { query, panel } = useTill();
  const [found, setFound] = useState(/** @type {Item[]} */ ([]));
  const [at, setAt] = useState(0);
  const searching = query.trim() !== "" && panel !== "sales" && !/^\d{1,4}[*×x]$/i.test(query.trim());

  useEffect(() => {
    setAt(0);
    if (!searching) return setFound([]);
    const known = till.catalogue.search(query);
    setFound(known);
    const timer = setTimeout(async () => {
      const all = known.length ? known : await till.catalogue.askServer(query);
      if (now().query !== query) return;
      setFound(all);
      void lookUpStock(all.map((item) => item.id));
    }, 180);
    return () => clearTimeout(timer);
  }, [query, searching]);

  /** @param {KeyboardEvent} event */
  const steer = (event) => {
    if (!searching && event.key === "Enter") return quantityTyped(event);
    if (!searching) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      event.stopPropagation();
      setAt((at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(1, found.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      void choose(found[at]);
    }
  };

  return html`<section class="find" aria-label=${t("Find and quick keys")}>
    <div role="search">
      <input id="find" type="text" autocomplete="off" autocapitalize="off" spellcheck=${false} enterkeyhint="search" role="combobox" aria-expanded=${searching} aria-controls="results" aria-autocomplete="list"
        aria-activedescendant=${searching && found[at] ? `result-${at}` : undefined} aria-label=${t("Find")} placeholder=${t("Scan, or type a name or code")}
        value=${query} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => set({ query: event.currentTarget.value })} onKeyDown=${steer} />
      ${!query && hasCamera() && html`<button type="button" class="clear" aria-label=${t("Scan with the camera")} aria-pressed=${panel === "camera"} onClick=${() => (panel === "camera" ? closePanel() : set({ panel: "camera" }))}><${Icon} name="camera" /></button>`}
      ${query && html`<button type="button" class="clear" aria-label=${t("Clear")} onClick=${clear}><${Icon} name="x" /></button>`}
    </div>
    ${searching ? html`<${Results} found=${found} at=${at} />` : html`<${PanelInHand} />`}
  </section>`;
}

function clear() {
  set({ query: "" });
  document.getElementById("find")?.focus();
}

/**
 * Take the exact code if it is one, else the result in hand; at once, so that a second Enter is another wish.
 * @param {Item | undefined} item
 */
async function choose(item) {
  const { query } = now();
  if (looksLikeCode(query)) return void openShown(query);
  const known = till.catalogue.codes.get(spelling(query)) ?? item;
  if (known) return add(known);
  const found = await till.catalogue.byCode(query);
  if (now().query !== query) return;
  if (found) add(found);
  else if (typedDigits(query)) await openShown(query);
}

/**
 * "4*" makes the line in hand four pieces.
 * @param {KeyboardEvent} event
 */
function quantityTyped(event) {
  const typed = /^(\d{1,4})[*＊×x]$/i.exec(plainDigits(now().query.trim()));
  if (!typed) return;
  event.preventDefault();
  event.stopPropagation();
  const { selected } = now();
  set({ query: "" });
  if (selected) setQuantity(selected, Number(typed[1]));
}

/** @param {{found: Item[], at: number}} props */
function Results({ found, at }) {
  useTill();
  if (!found.length) {
    return html`<p class="soft no-results" role="status">${t("Nothing found. Try fewer letters, or the number on the label.")}</p>`;
  }
  return html`<ul class="results" id="results" role="listbox" aria-label=${t("Found")}>
    ${found.map((item, index) => html`<li key=${item.id} id=${`result-${index}`} role="option" aria-selected=${index === at} onClick=${() => add(item)}>
      <${Found} item=${item} />
    </li>`)}
  </ul>`;
}

/** @param {{item: Item}} props */
function Found({ item }) {
  const known = item.tracked ? levels(item.id) : null;
  const stock = item.service ? t("service") : known ? t("here %(here)s, elsewhere %(elsewhere)s", known) : "";
  return html`<span class="name"><b>${named(item.name)}</b> ${named(item.title)}</span><span class="num">${money(item.price_minor)}</span>
    <span class="soft small">${item.sku}</span><span class=${known && known.here < 1 ? "tag wait" : "soft small"}>${stock}</span>`;
}
