import { type GrpcStatus, STATUS, status } from "@signalbox/grpc";

/** Why a call to many nodes fails as a whole. */
export interface HardFailure {
  readonly text: string;
  /** Where the failure came with a status. */
  readonly status?: GrpcStatus;
}

/** One status for all of them: the first code there is, and a list of the texts (node-api §1.4). */
export function joinFailures(failures: readonly HardFailure[]): GrpcStatus {
  const code = failures.find((failure) => failure.status !== undefined)?.status?.code;
  const count = failures.length === 1 ? "1 error" : `${failures.length} errors`;
  const list = failures.map(({ text }) => `\t* ${text}\n`).join("");
  return status(code ?? STATUS.UNKNOWN, `${count} occurred:\n${list}\n`);
}
