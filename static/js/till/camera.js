// @ts-check
// The device's camera as a scanner, where the browser reads codes by itself (BarcodeDetector, Shape
// Detection API): Chrome on Android, Chrome and Safari on Macs. Elsewhere the till does not offer it.

const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code", "data_matrix"];
const EVERY = 150;
const SAME_AGAIN = 1_500;

/** @typedef {{detect: (source: HTMLVideoElement) => Promise<{rawValue: string}[]>}} Detector */

export function hasCamera() {
  return "BarcodeDetector" in globalThis && Boolean(navigator.mediaDevices?.getUserMedia);
}

/**
 * Show the camera in `video` and tell every code once, as long as it is in sight.
 * @param {HTMLVideoElement} video
 * @param {(code: string) => void} onCode
 * @returns {Promise<() => void>} what stops it
 */
export async function watchThrough(video, onCode) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 } } });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  try {
    const detector = await makeDetector();
    video.srcObject = stream;
    await video.play();
    const timer = look(detector, video, onCode);
    return () => (clearInterval(timer), stop());
  } catch (fault) {
    stop();
    throw fault;
  }
}

/** @returns {Promise<Detector>} */
async function makeDetector() {
  const kind = /** @type {any} */ (globalThis).BarcodeDetector;
  const known = await kind.getSupportedFormats();
  return new kind({ formats: FORMATS.filter((each) => known.includes(each)) });
}

/**
 * @param {Detector} detector
 * @param {HTMLVideoElement} video
 * @param {(code: string) => void} onCode
 */
function look(detector, video, onCode) {
  let last = "";
  let seen = 0;
  let busy = false;
  return setInterval(async () => {
    if (busy || document.hidden) return;
    busy = true;
    try {
      const [found] = await detector.detect(video);
      if (!found) return;
      const isNew = found.rawValue !== last || performance.now() - seen > SAME_AGAIN;
      last = found.rawValue;
      seen = performance.now();
      if (isNew) onCode(found.rawValue);
    } catch {
      // A frame that was not ready yet; the next one is.
    } finally {
      busy = false;
    }
  }, EVERY);
}
