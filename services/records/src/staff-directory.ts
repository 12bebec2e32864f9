/** Load the staff directory from a file: who works here and who reports to whom. The same file again changes nothing; who is gone from it is removed. */
import type { Tx } from "@behest/runtime/database";
import { notInArray, sql } from "drizzle-orm";
import { z } from "zod";
import { staff } from "./schema.ts";

const Code = z.string().regex(/^[a-z][a-z0-9.-]{0,62}$/);
export const StaffFile = z
  .strictObject({ staff: z.array(z.strictObject({ id: Code, name: z.string().trim().min(1), manager: Code.optional() })).min(1) })
  .superRefine((file, context) => {
    const ids = new Set<string>();
    file.staff.forEach(({ id }, index) => {
      if (ids.has(id)) context.addIssue({ code: "custom", path: ["staff", index, "id"], message: `${id} stands twice` });
      ids.add(id);
    });
    file.staff.forEach(({ manager }, index) => {
      if (manager !== undefined && !ids.has(manager))
        context.addIssue({ code: "custom", path: ["staff", index, "manager"], message: `${manager} is not in the file` });
    });
  });

export async function replaceDirectory(tx: Tx, members: z.infer<typeof StaffFile>["staff"]): Promise<void> {
  // Managers last: a member may stand before the manager that they name.
  await tx
    .insert(staff)
    .values(members.map(({ id, name }) => ({ id, name, manager: null })))
    .onConflictDoUpdate({ target: staff.id, set: { name: sql`excluded.name`, manager: null } });
  await tx.delete(staff).where(
    notInArray(
      staff.id,
      members.map(({ id }) => id),
    ),
  );
  for (const { id, manager } of members)
    if (manager !== undefined)
      await tx
        .update(staff)
        .set({ manager })
        .where(sql`${staff.id} = ${id}`);
}
