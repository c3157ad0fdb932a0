import type { CertificateOrder } from "../certificate-order.ts";

const DAY_MS = 24 * 3_600_000;

/** A person without roles, for a day. */
export const PERSON: CertificateOrder = {
  commonName: "somebody",
  organizations: [],
  names: [],
  addresses: [],
  uris: [],
  usage: "client",
  validMs: DAY_MS,
};

/** A machine with a name and addresses, for a day. */
export const MACHINE: CertificateOrder = {
  ...PERSON,
  commonName: "0b9c6a0e-6f1c-4b6a-9d43-2f3f1f6f2a11",
  names: ["0b9c6a0e-6f1c-4b6a-9d43-2f3f1f6f2a11", "web"],
  addresses: ["10.0.0.5", "fd00::5"],
  usage: "server",
};
