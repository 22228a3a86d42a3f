// @ts-check
// The small pieces that every view is made of.

import { html } from "../../../vendor/js/htm-preact.js";
import { useLayoutEffect, useReducer } from "../../../vendor/js/preact-hooks.js";
import { now, watch } from "../store.js";

let icons = "";

/** @param {string} url the sprite's address */
export function useIcons(url) {
  icons = url;
}

/** The state, and a new drawing whenever it changes. */
export function useTill() {
  const [, again] = useReducer((/** @type {number} */ count) => count + 1, 0);
  // Before the paint, so that no change between drawing and listening is missed.
  useLayoutEffect(() => {
    const stop = watch(() => again(undefined));
    return () => void stop();
  }, []);
  return now();
}

/** @param {{name: string}} props a Lucide name listed in commerce/web/assets/icons.py */
export function Icon({ name }) {
  return html`<svg class="icon" width="20" height="20" aria-hidden="true" focusable="false"><use href=${`${icons}#${name}`}></use></svg>`;
}

/** @param {{name: string}} props the key that does the same, unless hints are off */
export function Key({ name }) {
  return now().hints ? html`<kbd aria-hidden="true">${name}</kbd>` : null;
}

/**
 * @param {{label: string, icon?: string, kind?: string, hint?: string, disabled?: boolean, busy?: boolean, onPress: () => void, id?: string}} props
 */
export function Press({ label, icon, kind = "quiet", hint, disabled = false, busy = false, onPress, id }) {
  return html`<button type="button" id=${id} class=${`button ${kind}`} disabled=${disabled} aria-busy=${busy ? "true" : undefined} onClick=${onPress}>
    ${icon && html`<${Icon} name=${icon} />`}<span>${label}</span>${hint && html`<${Key} name=${hint} />`}
  </button>`;
}

/**
 * A panel in the right column, in place of the quick keys: it never covers the basket.
 * @param {{title: string, onClose?: () => void, closeLabel?: string, children?: unknown}} props
 */
export function Panel({ title, onClose, closeLabel = "", children }) {
  return html`<section class="panel" aria-label=${title}>
    <header><h2>${title}</h2>${onClose && html`<button type="button" class="button bare icon-only" aria-label=${closeLabel} onClick=${onClose}><${Icon} name="x" /></button>`}</header>
    ${children}
  </section>`;
}
