// @ts-check
// The shapes that the till's modules pass to one another. Amounts are minor units, times ISO 8601.

/** @typedef {{en: string, zh: string}} Names */
/**
 * @typedef {object} Item what can be sold: one variant with its price at this till
 * @property {string} id
 * @property {string} sku
 * @property {string} gtin
 * @property {Names} name
 * @property {Names} title what tells it from its siblings ("Red / Large")
 * @property {number} price_minor
 * @property {boolean} includes_tax
 * @property {string} rate tax as a fraction of one, exact decimal
 * @property {boolean} tracked whether stock counts it
 * @property {boolean} service
 */
/** @typedef {{reason: string, basis_points: number, amount_minor: number}} Discount */
/** @typedef {{key: string, item: Item, quantity: number, discount: Discount | null}} Line */
/**
 * @typedef {object} Person a customer as this clerk may see them
 * @property {string} id
 * @property {string} name
 * @property {string} email
 * @property {string} phone
 * @property {string} contact one of the two, covered for everybody: what a basket keeps
 * @property {boolean} mails whether receipts can be sent to them
 */
/** @typedef {{id: string, name: string, contact: string, mails: boolean}} Whose the customer of a basket or a sale */
/** @typedef {{promotion: string, name: Names, amount_minor: number, code: string}} Promoted what one promotion takes off a line */
/** @typedef {{typed: string, code: string, known: boolean, counts: boolean, words: string}} ToldCode what a code does, or why it does nothing */
/**
 * @typedef {object} Quote what promotions do for a basket, as the server said
 * @property {string} of the basket that it was said of, see `saying`
 * @property {Record<string, {quantity: number, price_minor: number, off: Promoted[]}>} lines by the lines' keys
 * @property {ToldCode[]} codes
 */
/** @typedef {{lines: Line[], discount: Discount | null, customer?: Whose | null, codes?: string[], quote?: Quote | null}} Basket */
/** @typedef {{kind: "cash", amount_minor: number, tendered_minor: number, rounding_minor?: number}} CashTender */
/** @typedef {{kind: "card", amount_minor: number, plugin: string}} CardTender */
/** @typedef {{kind: "gift_card", amount_minor: number, code: string}} GiftCardTender */
/** @typedef {CashTender | CardTender | GiftCardTender} Tender */
/** @typedef {{id: string, tender: string, state: string, amount_minor: number, captured_minor: number, back_minor: number}} Payment */
/**
 * @typedef {object} SaleAnswer how the server says a sale stands
 * @property {string} sale
 * @property {boolean} completed
 * @property {string} number
 * @property {number} total_minor
 * @property {number} due_minor
 * @property {number} change_minor
 * @property {number} displaced
 * @property {string} next_number
 * @property {Payment[]} payments
 */
/** @typedef {{id: string, name: string}} Named */
/** @typedef {{id: string, name: string, kind: string, phone: string}} Place */
/** @typedef {{id: string, name: string, badge: string, approves: boolean, seen: number}} Clerk */
/**
 * @typedef {object} Standing what `/till/api/state` says
 * @property {string} release what the server's pages are made of; an open page may be older
 * @property {string} merchant
 * @property {Named} register
 * @property {Named} store
 * @property {Place[]} places
 * @property {{id: string, number: number, opened_at: string} | null} shift
 * @property {string} next_number
 * @property {string} series
 * @property {string} currency
 * @property {number} digits
 * @property {number[]} notes
 * @property {number[]} coins
 * @property {string} tax_rounding
 * @property {number} cash_step the smallest coin that cash is rounded to
 * @property {string} time_zone
 * @property {{discount_limit: number, lock_after_seconds: number}} policy
 * @property {boolean} [promotions] whether any promotion counts at tills, now or soon
 * @property {string} printer
 * @property {string} card_plugin
 * @property {boolean} cash whether this shop takes cash
 * @property {Named[]} clerks who may sell here and has a PIN
 * @property {string} staff_url where the desk gives PINs
 * @property {string[]} parked ids of the baskets set aside at this store
 * @property {{id: string, order: string, total_minor: number, paid_minor: number}[]} unfinished sales of the shift that are half paid
 * @property {PayBack[]} to_pay refunds in cash that the desk lets this store's tills pay
 * @property {string[]} quick_keys
 * @property {WorkCount} [work] what there is to do for orders; a device that has not asked lately knows none
 */
/** @typedef {{id: string, order: string, receipt: string, amount_minor: number, reason: string, at: string}} PayBack */
/** @typedef {Line & {promotions?: {promotion: string, amount_minor: number, code: string}[]}} ParkedLine with what promotions took off it */
/** @typedef {{id: string, label: string, at: string, lines: ParkedLine[], customer?: Whose | null, codes?: string[], discount?: Discount | null}} Parked a basket set aside */
/** @typedef {{to_do: number, late: number, ready: number, mark: string, keys: {id: string, key: string}[]}} WorkCount */
/**
 * @typedef {object} PartLine units of one variant in a part of an order
 * @property {string} variant
 * @property {Names} name
 * @property {Names} title
 * @property {string} sku
 * @property {string} gtin
 * @property {string} picture an address, or nothing
 * @property {string} zone the shelf where it is picked
 * @property {number} quantity
 * @property {number} picked
 * @property {number} short
 */
/**
 * @typedef {object} Pickup what lies ready for an order
 * @property {string} id
 * @property {string} order
 * @property {string} number
 * @property {string} name whose it is, shortened
 * @property {string} contact by which the customer knows it and nobody else does
 * @property {string} shelf where it lies, if anybody said
 * @property {string} ready_at
 * @property {string} until
 * @property {boolean} stranded whether it waits for the merchant
 * @property {string} due what nobody has paid yet, written out; nothing when it is paid
 * @property {string} proof by what its digits are known
 * @property {PartLine[]} lines
 */
/** @typedef {{id: string, order: string, number: string, kind: string, state: "open" | "picking" | "packed", due_at: string, clerk: Named | null, stranded: boolean, lines: PartLine[]}} Task a part of an order that is to be got ready */
/** @typedef {{mark: string, ready: Pickup[], tasks: Task[]}} Work */
/**
 * @typedef {object} InHand a pickup on the counter
 * @property {Pickup} pickup
 * @property {"code" | "digits" | "person"} by what was shown
 * @property {Record<string, number>} taken units by variant that were ticked off
 * @property {string} shelf where the rest goes, if any stays
 * @property {"" | "busy" | "kept" | "done"} step whether it is on its way to the server, kept on the device, or booked
 * @property {string} said what came of printing
 */
/** @typedef {{status: number, code: string, detail: string}} Problem */
/**
 * @typedef {object} Command one row of the outbox
 * @property {number} [seq]
 * @property {string} id
 * @property {string} kind
 * @property {string} badge
 * @property {string} approval
 * @property {Record<string, any>} body
 * @property {"waiting" | "refused"} state
 * @property {Problem | null} problem
 * @property {Basket | null} basket what the clerk gets back when the sale is refused
 * @property {string} at
 * @property {string} [clerk] what the clerk is called
 * @property {{id: string, at: string, badge: string}[]} [papers] provisional papers of a sale that were handed out
 * @property {boolean} [happened] whether the customer has gone: then the server books it, whatever its rules say
 */
/** @typedef {{answer: Record<string, any> | null, problem: Problem | null}} Outcome */
/**
 * @typedef {object} OpenSale a sale that is begun and not yet paid
 * @property {string} id
 * @property {number} total_minor
 * @property {number} due_minor
 * @property {Payment[]} payments
 * @property {Basket} basket
 */
/**
 * @typedef {object} DoneSale the sale that was just made
 * @property {string} id
 * @property {string} number empty until the server has answered
 * @property {number} total_minor
 * @property {number} change_minor
 * @property {boolean} cash whether anything was paid in cash, so that change is spoken of
 * @property {string} said what came of printing or sending
 * @property {Whose | null} customer
 * @property {Command} [made] the command of a sale whose number is not told yet: what paper can be printed from
 */
/** @typedef {{id: string, label: string, online: boolean}} Reader a card reader that this till may ask at */
/** @typedef {{text: string, kind: "info" | "good" | "wait" | "bad", undo?: () => void, act?: {label: string, go: () => void}}} Note */
/** @typedef {"keys" | "cash" | "card" | "split" | "again" | "discount" | "done" | "stock" | "parked" | "sales" | "shift" | "count" | "outbox" | "customer" | "camera" | "payback" | "return" | "pickups" | "handover" | "task"} PanelName */
/**
 * @typedef {object} Approval a question to a manager, asked inside the page
 * @property {string} what
 * @property {Record<string, any>} wish what the PIN allows: one deed with its content, or one reading
 * @property {(approval: string) => void} then
 */
/**
 * @typedef {object} State
 * @property {Standing | null} standing
 * @property {Clerk | null} clerk
 * @property {Basket} basket
 * @property {string} selected key of the line that keys act on
 * @property {PanelName} panel
 * @property {OpenSale | null} open
 * @property {DoneSale | null} done
 * @property {{reader: Reader | null, readers: Reader[], problem: string} | null} reading where a card is asked for, and why not
 * @property {{declined: boolean, why: string} | null} refusal why the last card did not pay
 * @property {Command | null} slip a sale that is being printed without the server
 * @property {{shift: string, report: Record<string, any>} | null} closed the Z of the shift that just ended
 * @property {Note | null} note
 * @property {Approval | null} approval
 * @property {string} query
 * @property {boolean} reachable
 * @property {Command[]} waiting
 * @property {Command[]} refused
 * @property {boolean} writer whether this page may sell: one page per register
 * @property {boolean} enrolled
 * @property {boolean} busy a payment is on its way: the buttons that pay wait
 * @property {number} goods how many items the catalogue holds
 * @property {Record<string, Record<string, number>>} stock by variant, then by place
 * @property {string} asked the variant whose stock is shown, or the receipt whose goods come back
 * @property {Parked[]} parked the baskets set aside, as far as the server has told
 * @property {Work | null} work what the store has to do for orders, as far as the server has told
 * @property {InHand | null} hand the pickup that is being handed over
 * @property {string} task the part of an order that is being got ready
 * @property {boolean} hints whether keys are shown and heard
 */

export {};
