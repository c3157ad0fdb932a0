/** A token as lists show it. */
export interface ShownToken {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly organizationId?: string;
  readonly projectId?: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

/** What the token commands need; the daemon's identity service has it. */
export interface TokenPort {
  create(request: {
    readonly name: string;
    readonly role: string;
    readonly organizationId: string | undefined;
    readonly projectId: string | undefined;
    readonly lifetimeMs: number | undefined;
  }): Promise<{ readonly text: string; readonly record: ShownToken }>;
  list(): readonly ShownToken[];
  revoke(idOrName: string): Promise<ShownToken>;
}
