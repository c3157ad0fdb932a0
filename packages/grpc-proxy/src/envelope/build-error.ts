import { bytesField, numberField, textField } from "./field.ts";
import type { NodeFailure } from "./node-failure.ts";
import { walkFields } from "./walk-fields.ts";

const DETAILS = 3;

/**
 * A failure as a message of the API: `metadata { hostname, error, status }` (node-api §2.7).
 *
 * @param isStreaming false wraps it once more, as one of the messages of a reply
 */
export function buildError(isStreaming: boolean, name: string, failure: NodeFailure): Buffer {
  const metadata = Buffer.concat([
    textField(1, name),
    textField(2, failure.text),
    bytesField(3, encodeStatus(failure)),
  ]);
  const message = bytesField(1, metadata);
  return isStreaming ? message : bytesField(1, message);
}

/** `google.rpc.Status`, with the details that came along. */
export function encodeStatus({ status }: NodeFailure): Buffer {
  const { code, message, details } = status;
  return Buffer.concat([
    numberField(1, code),
    textField(2, message),
    ...detailRecords(Buffer.from(details ?? [])),
  ]);
}

/** The details of a serialised status; none when its bytes are broken. */
function detailRecords(bytes: Buffer): readonly Buffer[] {
  const fields = walkFields(bytes);
  if (!fields.ok) return [];
  return fields.value.filter(({ number }) => number === DETAILS).map(({ raw }) => raw);
}
