// @ts-check
// Which panel stands in the right column.

import { html } from "../../../vendor/js/htm-preact.js";
import { approve } from "../actions-shift.js";
import { set } from "../store.js";
import { t } from "../words.js";
import { Panel, useTill } from "./parts.js";
import { PinPad } from "./pin-pad.js";
import { QuickKeys } from "./keys.js";
import { AgainPanel } from "./panel-again.js";
import { CameraPanel } from "./panel-camera.js";
import { CardPanel } from "./panel-card.js";
import { CashPanel } from "./panel-cash.js";
import { CustomerPanel } from "./panel-customer.js";
import { CountPanel } from "./panel-count.js";
import { DiscountPanel } from "./panel-discount.js";
import { DonePanel } from "./panel-done.js";
import { OutboxPanel } from "./panel-outbox.js";
import { HandoverPanel } from "./panel-handover.js";
import { ParkedPanel } from "./panel-parked.js";
import { PaybackPanel } from "./panel-payback.js";
import { PickupsPanel } from "./panel-pickups.js";
import { ReturnPanel } from "./panel-return.js";
import { SalesPanel } from "./panel-sales.js";
import { ShiftPanel } from "./panel-shift.js";
import { SplitPanel } from "./panel-split.js";
import { StockPanel } from "./panel-stock.js";
import { TaskPanel } from "./panel-task.js";

const PANELS = {
  keys: QuickKeys,
  cash: CashPanel,
  card: CardPanel,
  split: SplitPanel,
  again: AgainPanel,
  discount: DiscountPanel,
  done: DonePanel,
  stock: StockPanel,
  parked: ParkedPanel,
  sales: SalesPanel,
  shift: ShiftPanel,
  count: CountPanel,
  outbox: OutboxPanel,
  customer: CustomerPanel,
  camera: CameraPanel,
  payback: PaybackPanel,
  return: ReturnPanel,
  pickups: PickupsPanel,
  handover: HandoverPanel,
  task: TaskPanel,
};

/** One panel at a time: what a manager is asked about waits behind the question, with all that was typed into it. */
export function PanelInHand() {
  const { panel, approval } = useTill();
  return html`${approval && html`<${ApprovalPanel} what=${approval.what} />`}<div class="in-hand" hidden=${Boolean(approval)}><${PANELS[panel]} /></div>`;
}

/** @param {{what: string}} props */
function ApprovalPanel({ what }) {
  const close = () => set({ approval: null });
  return html`<${Panel} title=${t("A manager’s PIN: %(what)s", { what })} onClose=${close} closeLabel=${t("Go on without")}>
    <${PinPad} label=${t("Manager’s PIN")} onPin=${approve} />
  </${Panel}>`;
}

