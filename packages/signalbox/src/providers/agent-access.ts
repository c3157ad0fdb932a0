/** What a provider needs so that the agents of its machines can be reached, and can enrol. */
export interface AgentAccess {
  /** A one-time token for a machine's seed; earlier ones of the server are good no more. */
  readonly joinToken: (serverId: string) => Promise<string>;
  /** Where the enrolment listener is; undefined while it is not open. */
  readonly enrolment: () => { readonly host: string; readonly port: number } | undefined;
}
