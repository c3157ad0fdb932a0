import { fail, ok, type Result } from "@signalbox/base";

/** One record of the kernel's log, as `/dev/kmsg` gives it (Documentation/ABI/testing/dev-kmsg). */
export interface KernelRecord {
  /** What speaks: 0 is the kernel. */
  readonly facility: number;
  /** 0 (emergency) to 7 (debug). */
  readonly priority: number;
  readonly sequence: number;
  /** Since the machine booted. */
  readonly microseconds: number;
  /** With its newline and the lines of keys and values behind it; escapes are undone. */
  readonly text: Buffer;
}

const HEAD = /^(\d{1,10}),(\d{1,16}),(\d{1,16}),[^;\n]*;/;
const ESCAPE = /\\x([0-9a-fA-F]{2})/g;

/** @param bytes one read of the device: `6,339,5140900,-;NET: Registered\n SUBSYSTEM=net\n` */
export function parseKernelRecord(bytes: Buffer): Result<KernelRecord> {
  // One letter a byte, so that what is no UTF-8 survives.
  const line = bytes.toString("latin1");
  const head = HEAD.exec(line);
  if (head === null) return fail("not a record of the kernel's log");
  const [, syslog = 0, sequence = 0, microseconds = 0] = head.map(Number);
  const text = line
    .slice(head[0].length)
    .replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return ok({
    facility: Math.floor(syslog / 8),
    priority: syslog % 8,
    sequence,
    microseconds,
    text: Buffer.from(text, "latin1"),
  });
}
