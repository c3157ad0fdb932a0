import {
  fieldBytes,
  numberFieldBytes,
  type ProtobufWriter,
  textFieldBytes,
} from "../protobuf/protobuf-writer.ts";
import type { ResourceError } from "./answer.ts";
import type { StatusDetail } from "./status-detail.ts";

const statusBytes = ({ code, message }: StatusDetail): number =>
  numberFieldBytes(code) + textFieldBytes(message);

/** Bytes of the message `ResourceError` (xds §1.2). */
export function resourceErrorBytes({ name, detail }: ResourceError): number {
  return fieldBytes(textFieldBytes(name)) + fieldBytes(statusBytes(detail));
}

export function writeResourceError(
  writer: ProtobufWriter,
  field: number,
  error: ResourceError,
): void {
  const { name, detail } = error;
  writer.head(field, resourceErrorBytes(error));
  writer.head(1, textFieldBytes(name));
  writer.textField(1, name);
  writer.head(2, statusBytes(detail));
  writer.numberField(1, detail.code);
  writer.textField(2, detail.message);
}
