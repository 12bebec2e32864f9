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

const customer = (cell: Cell, name: string, email: string, crmKey: string, emailVerified = true): DemoPerson => ({
  cell, name, email, emailVerified, role: "customer", roles: [], staffId: null, crmKey,
});
const staff = (role: string, name: string, staffId: string): DemoPerson => ({
  cell: "eu", name, email: `${staffId}@example.com`, emailVerified: true, role, roles: [role], staffId, crmKey: null,
});

export const demoPeople: readonly DemoPerson[] = [
  customer("eu", "Anna Beispiel", "anna.beispiel@example.com", "demo-eu-01"),
  customer("eu", "Camille Exemple", "camille.exemple@example.com", "demo-eu-02", false),
  customer("uk", "Emma Sample", "emma.sample@example.com", "demo-uk-01"),
  customer("us", "Maria Sample", "maria.sample@example.com", "demo-us-01"),
  customer("cn", "示例一", "shili.yi@example.com", "demo-cn-01"),
  customer("jp", "見本 花子", "hanako.mihon@example.com", "demo-jp-01"),
  staff("support-agent", "Sofia Agent", "sofia.agent"),
  staff("sales", "Sam Sales", "sam.sales"),
  staff("sales", "Sara Sales", "sara.sales"),
  staff("sales-manager", "Mia Manager", "mia.manager"),
  staff("officer", "Olaf Officer", "olaf.officer"),
  staff("senior-officer", "Olga Officer", "olga.officer"),
];
