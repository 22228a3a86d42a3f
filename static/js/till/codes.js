// @ts-check
// What a scanner sends, and what is looked up by it: SKU, GTIN with any number of leading zeros, GS1
// element strings (their AI 01), receipts of this till.

const GROUP = "\u001d";
const AIM = /^\][A-Za-z][0-9A-Za-z]/;

/**
 * @param {string} raw
 * @returns {string} the code itself: without AIM id and separators; of an element string, its GTIN
 */
export function readCode(raw) {
  const symbol = AIM.exec(raw)?.[0] ?? "";
  const body = raw.slice(symbol.length).replace(/[\r\n\t]/g, "");
  const elements = /^\(?01\)?(\d{14})/.exec(body.replace(GROUP, ""));
  const isGs1 = body.includes(GROUP) || /^\](C1|d2|e0|Q3|J1)$/.test(symbol) || body.startsWith("(01)");
  if (elements?.[1] && (isGs1 || body.length > 16)) return elements[1];
  return body.replaceAll(GROUP, "").trim();
}

/**
 * One spelling for all spellings of a code: GTIN-8 to -14 differ in leading zeros only (GS1).
 * @param {string} code
 */
export function spelling(code) {
  const upper = code.trim().toUpperCase();
  return /^\d{8,14}$/.test(upper) ? upper.replace(/^0+/, "") : upper;
}

/**
 * @param {string} code
 * @param {string} series
 */
export function isReceipt(code, series) {
  return code.toUpperCase().startsWith(`${series}-`) && /-\d{6,}$/.test(code);
}
