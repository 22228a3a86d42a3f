// @ts-check
// Pickup codes as commerce/fulfilment/pickup_codes.py writes them: a mark, and in base 32 (RFC 4648) which part
// of which order until when, signed by the merchant with ECDSA on P-256. Known here without the network.

const MARK = "QP1";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PAYLOAD = 36;
const SIGNED = PAYLOAD + 64;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };

/**
 * @typedef {object} Claim what a code says
 * @property {string} order
 * @property {string} part
 * @property {number} until milliseconds since 1970
 * @property {Uint8Array<ArrayBuffer>} payload
 * @property {Uint8Array<ArrayBuffer>} signature
 */

/** @param {string} raw */
export function looksLikeCode(raw) {
  return raw.trim().toUpperCase().startsWith(MARK);
}

/**
 * @param {string} raw what was scanned
 * @returns {Claim | null} what it says, whoever wrote it; null when it is no such code
 */
export function readClaim(raw) {
  const text = raw.trim().toUpperCase();
  const bytes = text.startsWith(MARK) ? fromBase32(text.slice(MARK.length)) : null;
  if (bytes?.length !== SIGNED) return null;
  const payload = bytes.slice(0, PAYLOAD);
  const until = new DataView(payload.buffer).getUint32(32) * 1000;
  return { order: uuid(payload.slice(0, 16)), part: uuid(payload.slice(16, 32)), until, payload, signature: bytes.slice(PAYLOAD) };
}

/**
 * @param {Claim} claim
 * @param {{key: string}[]} keys the merchant's public keys (SubjectPublicKeyInfo in base 64)
 * @returns {Promise<boolean | null>} whether the merchant signed it; null where the browser cannot tell
 */
export async function isSigned({ payload, signature }, keys) {
  if (!globalThis.crypto?.subtle) return null; // a page without TLS
  for (const { key } of keys) {
    const known = await crypto.subtle.importKey("spki", fromBase64(key), ALGORITHM, false, ["verify"]);
    if (await crypto.subtle.verify({ ...ALGORITHM, hash: "SHA-256" }, known, signature, payload)) return true;
  }
  return false;
}

/**
 * @param {string} typed
 * @returns {string} the eight digits that were typed, without the blanks they are written with; else nothing
 */
export function typedDigits(typed) {
  const digits = typed.replace(/[\s-]/g, "");
  return /^\d{8}$/.test(digits) ? digits : "";
}

/**
 * By what the digits of a part are known without being stored.
 * @param {string} part
 * @param {string} digits
 * @returns {Promise<string>} nothing where the browser cannot tell
 */
export async function proofOf(part, digits) {
  if (!globalThis.crypto?.subtle) return "";
  const hashed = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${part}:${digits}`));
  return hex(new Uint8Array(hashed));
}

/** @param {string} text */
function fromBase32(text) {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return null;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  return bytes;
}

/** @param {string} text */
function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Uint8Array} bytes */
function uuid(bytes) {
  const all = hex(bytes);
  return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join("-");
}
