import { join } from "node:path";
import { Problem } from "@signalbox/base";
import type { TlsMaterial } from "@signalbox/grpc";
import { IDENTITY_FILE, loadIdentity } from "./enrolment/machine-identity.ts";

/** The certificate that an agent shows, and the authorities whose clients it lets in. */
export interface AgentIdentity {
  current(): TlsMaterial;
  /** Calls back with each new one; the answer ends that. */
  onChange(listener: (material: TlsMaterial) => void): () => void;
}

/**
 * The certificate that lies in a folder, for agents that nobody renews it for.
 *
 * @throws Problem `config_invalid` when there is none
 */
export function keptIdentity(directory: string): AgentIdentity {
  const kept = loadIdentity(join(directory, IDENTITY_FILE));
  if (kept === undefined) {
    throw new Problem(
      "config_invalid",
      `there is no certificate in ${directory}, and nobody to ask for one: give --enrol with the address of the daemon's enrolment listener, and --token-file`,
    );
  }
  return { current: () => kept, onChange: () => () => {} };
}
