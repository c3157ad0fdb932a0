/** A relay that a bench can start: `node: HOST:PORT` in a call's metadata says where it goes. */
export interface RelayServer {
  /** Resolves to the port. */
  listen(host: string, port: number): Promise<number>;
  close(): Promise<void>;
}
