/** Who may sign in to the demo. Keys and staff ids are those of the CRM's demo rows. */
import type { Cell } from "@behest/contracts/ids";

export type DemoPerson = {
  cell: Cell;
  name: string;
  email: string;
  emailVerified: boolean;
  role: string;
  roles: string[];
  staffId: string | null;
  crmKey: string | null;
};

/** What the CRM's demo rows name as the source of their keys. */
export const demoSource = "demo";

const customer = (cell: Cell, name: string, email: string, crmKey: string, emailVerified = true): DemoPerson => ({
  cell,
  name,
  email,
  emailVerified,
  role: "customer",
  roles: [],
  staffId: null,
  crmKey,
});
const staff = (role: string, name: string, staffId: string): DemoPerson => ({
  cell: "eu",
  name,
  email: `${staffId}@example.com`,
  emailVerified: true,
  role,
  roles: [role],
  staffId,
  crmKey: null,
});

export const demoPeople: readonly DemoPerson[] = [
  customer("eu", "Anna Schmidt", "anna.schmidt@example.com", "demo-anna"),
  // Nobody has verified her address yet, so an expected confirmation stays open.
  customer("eu", "Claire Martin", "claire.martin@example.com", "demo-claire", false),
  customer("uk", "Oliver Jones", "oliver.jones@example.com", "demo-oliver"),
  customer("us", "Grace Lee", "grace.lee@example.com", "demo-grace"),
  customer("cn", "张伟", "wei.zhang@example.com", "demo-wei"),
  customer("jp", "田中 由紀", "yuki.tanaka@example.com", "demo-yuki"),
  staff("support-agent", "Sofia Agent", "sofia.agent"),
  staff("sales", "Sam Sales", "sam.sales"),
  staff("sales", "Sara Sales", "sara.sales"),
  staff("sales-manager", "Mia Manager", "mia.manager"),
  staff("officer", "Olaf Officer", "olaf.officer"),
  staff("senior-officer", "Olga Officer", "olga.officer"),
];
