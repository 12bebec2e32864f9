/** Where a browser lands after signing in, for each client through which people may. */
export function redirectUriOf(client: string, options: { issuer: string; portalUrl: string }): string {
  return client === "portal" ? `${options.portalUrl}/sign-in/callback` : `${options.issuer}/signed-in/${client}`;
}
