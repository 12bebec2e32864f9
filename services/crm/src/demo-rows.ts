/** What the demo CRM knows of one person, as rows. The same person and day give the same rows. Pure. */
import { createHash } from "node:crypto";
import type { DemoPerson } from "./demo-people.ts";

const source = "demo";
const dayMs = 86_400_000;
type Product = readonly [stockCode: string, description: string, price: string];
type Request = readonly [subject: string, body: string];
const products: readonly [Product, ...Product[]] = [
  ["LAMP-02", "Desk lamp, brass", "49"],
  ["TEA-11", "Tea set for four", "35"],
  ["WOOL-07", "Wool blanket", "79"],
  ["BOOK-30", "Notebook, dotted", "12"],
  ["CLOCK-04", "Wall clock, oak", "64"],
  ["JAR-19", "Storage jars, three", "22"],
];
const requests: readonly [Request, ...Request[]] = [
  ["Lamp flickers", "The desk lamp flickers after an hour. Could you send a new switch?"],
  ["Change of delivery day", "I will be away on Thursday. Please deliver on Friday instead."],
  ["One cup is chipped", "One of the four cups arrived with a chip. A photo is attached."],
];

/** `index`: the person's place in the list, which varies what they bought. `now`: dates count back from here. */
export function demoRows(person: DemoPerson, index: number, now: Date) {
  const id = (what: string): string => uuidOf(`${person.key}/${what}`);
  const ago = (days: number): Date => new Date(now.getTime() - days * dayMs);
  const day = (at: Date): string => at.toISOString().slice(0, 10);
  const contact_id = id("contact");
  const pick = <T>(from: readonly [T, ...T[]], at: number): T => from[at % from.length] ?? from[0];

  const account =
    person.ownerStaff === null
      ? []
      : [{ id: id("account"), source, external_key: person.key, name: `Account ${index + 1001}`, owner_staff: person.ownerStaff }];
  const contact = {
    id: contact_id,
    source,
    external_key: person.key,
    account_id: account[0]?.id ?? null,
    given_name: person.given,
    family_name: person.family,
    email: `${person.mailbox}@example.com`,
    phone: person.phone,
    address_line1: person.street,
    address_line2: null,
    city: person.city,
    postal_code: person.postalCode,
    state: person.state,
    country: person.country,
    country_as_given: person.country,
    birth_year: person.birthYear,
    language: person.language,
  };
  const purchases = [0, 1, 2].slice(0, 1 + (index % 3)).map((nth) => {
    const number = `D${1001 + index}-${nth + 1}`;
    const order_id = id(`order ${nth}`);
    const ordered_at = ago(9 + nth * 60 + index);
    const lines = [0, 1].map((place) => {
      const [stock_code, description, price] = pick(products, index + nth + place * 2);
      const unit_price = person.currency === "JPY" ? `${price}00` : price;
      const line_key = `${createHash("sha256").update(`demo/${number}/${place}`).digest("hex").slice(0, 32)}-1`;
      return {
        line_key,
        order_id,
        stock_code,
        description,
        quantity: String(1 + ((index + place) % 3)),
        unit_price,
        currency: person.currency,
        invoiced_at: ordered_at,
      };
    });
    const amount_due = String(lines.reduce((sum, line) => sum + Number(line.quantity) * Number(line.unit_price), 0));
    const paid = nth > 0 || index % 4 !== 0;
    return {
      order: {
        id: order_id,
        source,
        number,
        kind: "order",
        contact_id,
        ordered_at,
        country: person.country,
        country_as_given: person.country,
      },
      lines,
      invoice: {
        id: id(`invoice ${nth}`),
        contact_id,
        order_id,
        number: `R-${number}`,
        issued_on: day(ordered_at),
        due_on: day(new Date(ordered_at.getTime() + 14 * dayMs)),
        amount_due,
        currency: person.currency,
        payment_method: pick(["card", "bank transfer", "direct debit"], index),
        paid_at: paid ? new Date(ordered_at.getTime() + 3 * dayMs) : null,
      },
    };
  });
  const [subject, body] = pick(requests, index);
  const closed = index % 2 === 1;
  return {
    account,
    contact: [contact],
    sales_order: purchases.map((purchase) => purchase.order),
    order_line: purchases.flatMap((purchase) => purchase.lines),
    invoice: purchases.map((purchase) => purchase.invoice),
    ticket: [
      {
        id: id("ticket"),
        contact_id,
        number: `T-${1001 + index}`,
        subject,
        body,
        status: closed ? "closed" : "open",
        priority: pick(["normal", "high", "low"], index),
        opened_at: ago(8),
        closed_at: closed ? ago(6) : null,
      },
    ],
    interaction: [
      {
        id: id("mail"),
        contact_id,
        channel: "email",
        direction: "in",
        body: `Hello, ${body.charAt(0).toLowerCase()}${body.slice(1)}`,
        recording: null,
        staff: null,
        occurred_at: ago(8),
      },
      {
        id: id("call"),
        contact_id,
        channel: "phone",
        direction: "out",
        body: "Called back and agreed on the next step.",
        recording: `recordings/${person.key}.ogg`,
        staff: person.ownerStaff,
        occurred_at: ago(7),
      },
    ],
    lead:
      index % 3 === 0
        ? [
            {
              id: id("lead"),
              contact_id,
              origin: pick(["trade fair", "web form"], index),
              interest: "Lighting for an office",
              status: pick(["new", "contacted", "qualified"], index),
            },
          ]
        : [],
    opportunity:
      person.ownerStaff === null
        ? []
        : [
            {
              id: id("opportunity"),
              contact_id,
              title: "Furnishing a meeting room",
              stage: pick(["open", "offered", "won"], index),
              amount: "1200",
              currency: person.currency,
              expected_on: day(ago(-30)),
            },
          ],
    score: [{ id: id("score"), contact_id, model: "churn", value: String(((index * 37) % 100) / 100), computed_at: ago(2) }],
    tier: [{ id: id("tier"), contact_id, name: pick(["bronze", "silver", "gold"], index), since: ago(200) }],
  };
}

/** The same name, the same id: version 8, whose bits are ours to choose (RFC 9562). */
function uuidOf(name: string): string {
  const hex = createHash("sha256").update(`behest demo ${name}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
