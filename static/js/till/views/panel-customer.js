// @ts-check
// Find the customer who stands here, by what they say of themselves.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { attach, detach, findPeople, isTelling } from "../actions-customer.js";
import { t } from "../words.js";
import { closePanel } from "./closing.js";
import { Icon, Key, Panel, Press, useTill } from "./parts.js";

/** @typedef {import("../shapes.js").Person} Person */

const PAUSE = 250;

export function CustomerPanel() {
  const { basket, clerk } = useTill();
  const [words, setWords] = useState("");
  const [found, setFound] = useState(/** @type {Person[] | undefined} */ (undefined));
  const [fault, setFault] = useState("");
  const [at, setAt] = useState(0);
  /** @type {{current: HTMLInputElement | null}} */
  const field = useRef(null);
  useLayoutEffect(() => field.current?.focus(), []);
  useEffect(() => {
    setFound(undefined);
    setFault("");
    setAt(0);
    if (!isTelling(words)) return;
    let current = true;
    const timer = setTimeout(() => void findPeople(words).then((told) => current && (typeof told === "string" ? setFault(told) : setFound(told))), PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [words]);

  /** @param {Event} event */
  const choose = (event) => {
    event.preventDefault();
    const person = found?.[at];
    if (person) attach(person);
  };
  /** @param {KeyboardEvent} event */
  const steer = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !found?.length) return;
    event.preventDefault();
    event.stopPropagation();
    setAt((at + step + found.length) % found.length);
  };

  return html`<${Panel} title=${t("Customer")} onClose=${closePanel} closeLabel=${t("Back")}>
    ${basket.customer && html`<div class="pair"><span><b>${basket.customer.name}</b> <span class="soft">${basket.customer.contact}</span></span><${Press} icon="x" label=${t("Take off this sale")} onPress=${detach} /></div>`}
    <form class="stack" onSubmit=${choose}>
      <div class="field"><label for="who">${t("Telephone, e-mail or name")}</label>
        <input id="who" ref=${field} type="text" autocomplete="off" spellcheck=${false} maxlength="100" value=${words} aria-describedby="who-hint" onKeyDown=${steer} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setWords(event.currentTarget.value)} />
        <p class="soft small" id="who-hint" role="status">${fault || hint(words, found)}</p></div>
      ${Boolean(found?.length) && html`<ul class="results" role="list" aria-label=${t("Found")}>
        ${(found ?? []).map((person, index) => html`<li key=${person.id}><button type="button" class=${index === at ? "chosen" : ""} onClick=${() => attach(person)}>
          <span><b>${person.name || person.contact}</b></span><span class="num">${person.phone}${index === at && html` <${Key} name="Enter" />`}</span>
          <span class="soft small across">${person.email}</span>
        </button></li>`)}
      </ul>`}
    </form>
    <p class="soft small"><${Icon} name="eye-off" /> ${clerk?.approves ? t("You may see contacts in full; the basket keeps them covered.") : t("Addresses and numbers are covered. A manager sees them in full.")}</p>
  </${Panel}>`;
}

/**
 * @param {string} words
 * @param {Person[] | undefined} found
 */
function hint(words, found) {
  if (words.trim() && !isTelling(words)) return t("Type at least three letters or digits.");
  if (found?.length === 0) return t("Nobody is known by this. The sale goes on without a customer.");
  return t("The sale will stand in the customer’s orders online.");
}
