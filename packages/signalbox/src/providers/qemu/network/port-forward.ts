/** A port that the host listens on for a machine. */
export interface HostSide {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
}

/** It leads to a port of the machine's private address. */
export interface PortForward extends HostSide {
  readonly guestPort: number;
}

/** As QEMU's monitor names it. */
export function forwardKey({ protocol, address, port }: HostSide): string {
  return `${protocol}:${address}:${port}`;
}
