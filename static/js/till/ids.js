// @ts-check
// UUIDv7 (RFC 9562, 5.7) made in the browser, so that the till names its own sales. Ids of one page grow:
// within a millisecond, and when the clock goes back, a counter of twelve bits carries on.

let last = 0;
let counter = 0;

/** @returns {string} */
export function newId() {
  const now = Date.now();
  if (now > last) {
    last = now;
    counter = (crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) & 0x7ff;
  } else if (++counter > 0xfff) {
    last += 1;
    counter = 0;
  }
  const random = crypto.getRandomValues(new Uint8Array(8));
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
  const tail = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const head = last.toString(16).padStart(12, "0") + "7" + counter.toString(16).padStart(3, "0");
  const hex = head + tail;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
