import { fail, ok, type Result } from "@signalbox/base";
import { bytesField } from "./field.ts";
import { readVarint } from "./varint.ts";
import { walkFields } from "./walk-fields.ts";

/** Field 1, bytes: `messages` of a reply, and `metadata` of one of its messages. */
const FIRST_FIELD = 1;
const FIRST_FIELD_TAG = 10n;

/**
 * `metadata { hostname: NAME }`, field 1 of every message of the API (node-api §2.6). Put behind a
 * message, it merges into the metadata that the message has: the host name is ours then, and an
 * error or status that the node wrote itself stays.
 */
export function hostnameMetadata(name: string): Buffer {
  return bytesField(FIRST_FIELD, bytesField(FIRST_FIELD, Buffer.from(name)));
}

/** A message of a stream is tagged whatever is in it. */
export function appendToStreamed(message: Buffer, metadata: Buffer): Buffer {
  return Buffer.concat([message, metadata]);
}

/**
 * Tags every message of a reply, `repeated … messages = 1`. Records of other fields are passed on
 * as they are. A reply without a single byte becomes one empty message, so that the node is seen
 * to have answered. Bytes behind a head of field 1 that are no records are taken for one message,
 * with its length set right, as every proxy of this API has done.
 *
 * @param metadata what `hostnameMetadata` answered
 */
export function appendToReply(reply: Buffer, metadata: Buffer): Result<Buffer> {
  if (reply.length === 0) return ok(bytesField(FIRST_FIELD, metadata));
  const head = readHead(reply);
  if (!head.ok) return head;
  const fields = walkFields(reply);
  if (!fields.ok) {
    if (head.value.tag !== FIRST_FIELD_TAG) return unexpected(head.value.tag);
    return ok(bytesField(FIRST_FIELD, reply.subarray(head.value.next), metadata));
  }
  let messages = 0;
  const parts = fields.value.map((field) => {
    if (field.number !== FIRST_FIELD || !field.isBytes) return field.raw;
    messages++;
    return bytesField(FIRST_FIELD, field.content, metadata);
  });
  return messages === 0 ? unexpected(head.value.tag) : ok(Buffer.concat(parts));
}

interface Head {
  readonly tag: bigint;
  readonly next: number;
}

/** Tag and length of the first record; both must be there before the tag is looked at. */
function readHead(reply: Buffer): Result<Head> {
  const tag = readVarint(reply, 0);
  if (!tag.ok) return tag;
  const length = readVarint(reply, tag.value.next);
  if (!length.ok) return length;
  return ok({ tag: tag.value.value, next: length.value.next });
}

function unexpected(tag: bigint): Result<never> {
  return fail(`unexpected message format: ${tag}`);
}
