/**
 * Who a client says it is. Only what the server decides by is decoded; the rest stays bytes until
 * somebody asks.
 */
export interface Node {
  readonly id: string;
  readonly cluster: string;
  readonly locality: Locality;
  readonly userAgentName: string;
  /** `1.40.0`, from either form of the field; empty when the client does not tell. */
  readonly userAgentVersion: string;
  readonly clientFeatures: ReadonlySet<string>;
  /**
   * The message `envoy.config.core.v3.Node` as it came, but without its list of extensions: in an
   * Envoy that is some fifty kilobytes, for each stream, and nobody decides by it.
   */
  readonly bytes: Uint8Array;
}

/** Where a node runs, as it says itself; empty for what it does not say. */
export interface Locality {
  readonly region: string;
  readonly zone: string;
  readonly subZone: string;
}
