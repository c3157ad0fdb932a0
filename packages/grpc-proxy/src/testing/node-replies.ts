import { encodeFrame, Metadata, OK_STATUS, type RawHandler } from "@signalbox/grpc";
import { bytesField, textField } from "../envelope/field.ts";
import { type Field, walkFields } from "../envelope/walk-fields.ts";
import { listener } from "./use-server.ts";

/** `{ messages: [{ text: 2 }] }`, framed. */
export function replyFrame(text: string): Buffer {
  return encodeFrame(bytesField(1, textField(2, text))).bytes;
}

/** `{ text: 2 }`, framed: a message of a stream. */
export function messageFrame(text: string): Buffer {
  return encodeFrame(textField(2, text)).bytes;
}

/** Answers once, with `text`, when the request is there. */
export function answers(text: string): RawHandler {
  return (call) =>
    listener({
      onHalfClose: () => {
        call.sendHeaders(Metadata.of([["x-head", text]]));
        call.write(replyFrame(text));
        call.end(OK_STATUS, Metadata.of([["x-tail", text]]));
      },
    });
}

/** One node's part of a reply, as a caller reads it. */
export interface NodeReply {
  readonly hostname: string;
  readonly error: string;
  readonly code: number;
  readonly text: string;
}

/** Reads `{ messages: … }`. */
export function readReplies(reply: Buffer | undefined): readonly NodeReply[] {
  return fieldsOf(reply ?? Buffer.alloc(0))
    .filter(({ number }) => number === 1)
    .map(({ content }) => readMessage(content));
}

/** Reads one message, whose metadata may come in several pieces. */
export function readMessage(message: Buffer): NodeReply {
  const metadata = Buffer.concat(contents(message, 1));
  const status = contents(metadata, 3).at(-1) ?? Buffer.alloc(0);
  return {
    hostname: last(metadata, 1),
    error: last(metadata, 2),
    code: fieldsOf(status).find(({ number }) => number === 1)?.content[0] ?? 0,
    text: last(message, 2),
  };
}

function last(message: Buffer, field: number): string {
  return contents(message, field).at(-1)?.toString() ?? "";
}

function contents(message: Buffer, field: number): readonly Buffer[] {
  return fieldsOf(message)
    .filter(({ number }) => number === field)
    .map(({ content }) => content);
}

function fieldsOf(message: Buffer): readonly Field[] {
  const fields = walkFields(message);
  if (!fields.ok) throw new Error(fields.error);
  return fields.value;
}
