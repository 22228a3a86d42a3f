// @ts-check
// A page that stays open for days takes up what the server has become, between two customers.

import { now } from "./store.js";
import { till } from "./till.js";

const TRIED = "quayside-till-release";

/** Load the page anew once the server runs another release and nothing is in hand; once for each release. */
export function takeUpRelease() {
  const { standing } = now();
  const release = standing?.release;
  if (!release || release === till.release || !atRest() || tried(release)) return;
  location.reload();
}

/** Whether a clerk would lose nothing, not even a word that is half typed. */
function atRest() {
  const { basket, panel, open, done, closed, slip, approval, busy, query, waiting } = now();
  const idle = panel === "keys" && !open && !done && !closed && !slip && !approval && !busy;
  const typing = document.activeElement instanceof HTMLInputElement && document.activeElement.value !== "";
  return idle && !basket.lines.length && !waiting.length && !query && !typing;
}

/**
 * @param {string} release
 * @returns {boolean} whether this was tried before, or cannot be remembered: then nobody is sent in circles
 */
function tried(release) {
  try {
    if (sessionStorage.getItem(TRIED) === release) return true;
    sessionStorage.setItem(TRIED, release);
    return false;
  } catch {
    return true;
  }
}
