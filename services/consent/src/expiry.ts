/** How long a grant lasts. */

/**
 * The same day so many months later (UTC), or the last day of a shorter month: 31 August and 6 months is 28 February.
 * The shortest of all limits binds: the purpose's own, and that of every jurisdiction that may apply. No limit: undefined.
 */
export function expiryOf(grantedAt: Date, limitsMonths: readonly (number | null | undefined)[]): Date | undefined {
  const limits = limitsMonths.filter((months) => months !== null && months !== undefined);
  if (limits.length === 0) return undefined;
  const end = new Date(grantedAt);
  end.setUTCDate(1);
  end.setUTCMonth(end.getUTCMonth() + Math.min(...limits));
  const lastDay = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
  end.setUTCDate(Math.min(grantedAt.getUTCDate(), lastDay));
  return end;
}
