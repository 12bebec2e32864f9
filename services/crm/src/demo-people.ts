/** The people of the demo. All of them are made up, and their addresses end in example.com, which belongs to nobody (RFC 2606). */
import type { Cell } from "@behest/contracts/ids";

export type DemoPerson = {
  /** Its external key, and what stands before @ in its address. */
  key: string;
  mailbox: string;
  cell: Cell;
  given: string;
  family: string;
  birthYear: number;
  phone: string;
  street: string;
  postalCode: string;
  city: string;
  country: string;
  state: string | null;
  language: string;
  currency: string;
  /** Who looks after the account; null: nobody, and the person has no account. */
  ownerStaff: string | null;
};

type Place = Pick<DemoPerson, "cell" | "country" | "state" | "language" | "currency"> & { dial: string };
const germany: Place = { cell: "eu", country: "DE", state: null, language: "de", currency: "EUR", dial: "+49 30 5550" };
const france: Place = { cell: "eu", country: "FR", state: null, language: "fr", currency: "EUR", dial: "+33 1 99 00 " };
const austria: Place = { cell: "eu", country: "AT", state: null, language: "de", currency: "EUR", dial: "+43 1 5550" };
const netherlands: Place = { cell: "eu", country: "NL", state: null, language: "nl", currency: "EUR", dial: "+31 20 5550" };
const switzerland: Place = { cell: "eu", country: "CH", state: null, language: "de", currency: "CHF", dial: "+41 44 5550" };
const britain: Place = { cell: "uk", country: "GB", state: null, language: "en", currency: "GBP", dial: "+44 20 7946 0" };
const california: Place = { cell: "us", country: "US", state: "CA", language: "en", currency: "USD", dial: "+1 415 555 0" };
const texas: Place = { cell: "us", country: "US", state: "TX", language: "en", currency: "USD", dial: "+1 512 555 0" };
const newYork: Place = { cell: "us", country: "US", state: "NY", language: "en", currency: "USD", dial: "+1 212 555 0" };
const china: Place = { cell: "cn", country: "CN", state: null, language: "zh-CN", currency: "CNY", dial: "+86 10 5550 0" };
const japan: Place = { cell: "jp", country: "JP", state: null, language: "ja", currency: "JPY", dial: "+81 3 5550 0" };

type Row = [
  place: Place,
  key: string,
  mailbox: string,
  given: string,
  family: string,
  birthYear: number,
  street: string,
  postalCode: string,
  city: string,
  ownerStaff: string | null,
];
// The first of each country are those who can sign in (where there is a sign-in for that country).
const rows: readonly Row[] = [
  [germany, "demo-anna", "anna.schmidt", "Anna", "Schmidt", 1988, "Lindenallee 12", "10115", "Berlin", "sam.sales"],
  [germany, "demo-jonas", "jonas.weber", "Jonas", "Weber", 1975, "Hafenstraße 3", "20457", "Hamburg", "sam.sales"],
  [germany, "demo-mia", "mia.hoffmann", "Mia", "Hoffmann", 1996, "Rosenweg 8", "80331", "München", "sara.sales"],
  [germany, "demo-emil", "emil.koch", "Emil", "Koch", 1963, "Am Markt 1", "01067", "Dresden", null],
  [france, "demo-claire", "claire.martin", "Claire", "Martin", 1990, "14 rue des Lilas", "75011", "Paris", "sara.sales"],
  [france, "demo-hugo", "hugo.bernard", "Hugo", "Bernard", 1982, "3 quai du Port", "13002", "Marseille", "sara.sales"],
  [france, "demo-lea", "lea.petit", "Léa", "Petit", 2001, "27 rue de la Soie", "69002", "Lyon", null],
  [austria, "demo-lukas", "lukas.gruber", "Lukas", "Gruber", 1979, "Ringstraße 5", "1010", "Wien", "sam.sales"],
  [austria, "demo-sophie", "sophie.huber", "Sophie", "Huber", 1993, "Murgasse 9", "8010", "Graz", null],
  [netherlands, "demo-daan", "daan.devries", "Daan", "de Vries", 1985, "Tulpenkade 22", "1017 AB", "Amsterdam", "sara.sales"],
  [netherlands, "demo-sanne", "sanne.bakker", "Sanne", "Bakker", 1970, "Molenpad 4", "3511 CD", "Utrecht", null],
  [switzerland, "demo-reto", "reto.meier", "Reto", "Meier", 1968, "Seestrasse 77", "8002", "Zürich", "sam.sales"],
  [switzerland, "demo-nina", "nina.keller", "Nina", "Keller", 1998, "Aarehalde 6", "3011", "Bern", null],
  [britain, "demo-oliver", "oliver.jones", "Oliver", "Jones", 1984, "8 Orchard Close", "SE1 9ZZ", "London", "sam.sales"],
  [britain, "demo-amelia", "amelia.taylor", "Amelia", "Taylor", 1991, "15 Mill Lane", "M1 9ZZ", "Manchester", "sara.sales"],
  [britain, "demo-harry", "harry.evans", "Harry", "Evans", 1972, "2 Castle Row", "CF10 9ZZ", "Cardiff", null],
  [britain, "demo-isla", "isla.campbell", "Isla", "Campbell", 1999, "31 Harbour View", "EH1 9ZZ", "Edinburgh", null],
  [california, "demo-grace", "grace.lee", "Grace", "Lee", 1992, "500 Cypress Ave", "94110", "San Francisco", "sam.sales"],
  [california, "demo-mateo", "mateo.garcia", "Mateo", "Garcia", 1980, "77 Palm Court", "90012", "Los Angeles", "sara.sales"],
  [california, "demo-ruby", "ruby.nguyen", "Ruby", "Nguyen", 2003, "9 Redwood Rd", "95814", "Sacramento", null],
  [texas, "demo-wyatt", "wyatt.carter", "Wyatt", "Carter", 1966, "210 Mesquite Dr", "78701", "Austin", null],
  [newYork, "demo-naomi", "naomi.brooks", "Naomi", "Brooks", 1987, "44 Hudson Walk", "10013", "New York", "sara.sales"],
  [china, "demo-wei", "wei.zhang", "伟", "张", 1989, "和平路 88 号", "100020", "北京", "sam.sales"],
  [china, "demo-na", "na.li", "娜", "李", 1994, "滨江大道 12 号", "200120", "上海", "sara.sales"],
  [china, "demo-jun", "jun.wang", "军", "王", 1971, "中山路 3 号", "510030", "广州", null],
  [china, "demo-xiu", "xiu.chen", "秀英", "陈", 1960, "湖滨路 45 号", "310006", "杭州", null],
  [japan, "demo-yuki", "yuki.tanaka", "由紀", "田中", 1991, "桜丘町 4-5", "150-0031", "東京都渋谷区", "sam.sales"],
  [japan, "demo-haruto", "haruto.sato", "陽翔", "佐藤", 1997, "青葉 2-1-7", "980-0821", "宮城県仙台市", "sara.sales"],
  [japan, "demo-akiko", "akiko.suzuki", "明子", "鈴木", 1965, "港町 9-3", "220-0012", "神奈川県横浜市", null],
  [japan, "demo-ken", "ken.takahashi", "健", "高橋", 1983, "本町 1-8", "541-0053", "大阪府大阪市", null],
];

export const demoPeople: readonly DemoPerson[] = rows.map(
  ([{ dial, ...place }, key, mailbox, given, family, birthYear, street, postalCode, city, ownerStaff], index) => ({
    ...place,
    key,
    mailbox,
    given,
    family,
    birthYear,
    street,
    postalCode,
    city,
    ownerStaff,
    phone: `${dial}${String(100 + index)}`,
  }),
);
