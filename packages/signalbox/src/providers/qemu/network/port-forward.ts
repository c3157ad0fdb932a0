/** A port of a machine's public address that leads to the same port of its private one. */
export interface PortForward {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
}

export function forwardKey({ protocol, address, port }: PortForward): string {
  return `${protocol}:${address}:${port}`;
}
