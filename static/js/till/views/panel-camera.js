// @ts-check
// The camera as a scanner: hold a code before it, hear and see that it was read, hold the next one.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { scan } from "../actions-basket.js";
import { watchThrough } from "../camera.js";
import { named, t } from "../words.js";
import { closePanel } from "./closing.js";
import { Icon, Panel, useTill } from "./parts.js";

const FLASH = 400;

export function CameraPanel() {
  const { basket, hand, task } = useTill();
  const [fault, setFault] = useState("");
  const [flash, setFlash] = useState(false);
  /** @type {{current: HTMLVideoElement | null}} */
  const video = useRef(null);
  useEffect(() => {
    /** @type {() => void} */
    let stop = () => {};
    let open = true;
    const read = (/** @type {string} */ code) => {
      navigator.vibrate?.(60);
      setFlash(true);
      setTimeout(() => setFlash(false), FLASH);
      void scan(code);
    };
    const begin = async () => {
      if (!video.current) return;
      try {
        stop = await watchThrough(video.current, read);
        if (!open) stop();
      } catch (why) {
        setFault(/** @type {Error} */ (why).name === "NotAllowedError" ? t("The camera may not be used. Allow it for this page in the browser.") : t("The camera does not work. Type the code instead."));
      }
    };
    void begin();
    return () => {
      open = false;
      stop();
    };
  }, []);
  const last = hand || task ? undefined : basket.lines.at(-1);
  return html`<${Panel} title=${t("Scan with the camera")} onClose=${closePanel} closeLabel=${t("Back")}>
    ${fault ? html`<p class="notice bad" role="alert">${fault}</p>` : html`<div class=${flash ? "lens read" : "lens"}><video ref=${video} playsinline muted aria-label=${t("What the camera sees")}></video><i></i></div>`}
    <p role="status" class="soft">${last ? html`<${Icon} name="check" /> ${last.quantity} × ${named(last.item.name)}` : t("Hold the code before the camera.")}</p>
  </${Panel}>`;
}
