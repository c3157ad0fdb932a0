import { SocketAddress } from "node:net";
import { fail, ok, type Result } from "@signalbox/base";
import { hexUint64, uint32, uint64 } from "./kernel-number.ts";
import { words } from "./text-lines.ts";

/** A line of `/proc/net/tcp` and its like. */
export interface SocketRow {
  readonly local: SocketEnd;
  readonly remote: SocketEnd;
  /** The kernel's number of the state. */
  readonly state: number;
  readonly txQueue: bigint;
  readonly rxQueue: bigint;
  readonly timer: number;
  readonly timerWhen: bigint;
  readonly retransmits: bigint;
  readonly uid: number;
  readonly timeout: bigint;
  readonly inode: bigint;
  readonly references: bigint;
  readonly pointer: bigint;
}

export interface SocketEnd {
  /** IPv6 in its shortest form. */
  readonly ip: string;
  readonly port: number;
  /** All zeros: any address. */
  readonly isUnspecified: boolean;
}

/** A whole table; lines that are none, the heading among them, are left out. */
export function parseSocketTable(text: string): readonly SocketRow[] {
  return text.split("\n").flatMap((line) => {
    const row = parseSocketRow(line);
    return row.ok ? [row.value] : [];
  });
}

/** `0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4264097 1 …` */
export function parseSocketRow(line: string): Result<SocketRow> {
  const [slot, localText, remoteText, state, queues, timers, ...rest] = words(line);
  if (slot === undefined || !/^\d+:$/.test(slot)) return fail("no slot");
  const local = parseEnd(localText);
  const remote = parseEnd(remoteText);
  if (local === undefined || remote === undefined) return fail("no two addresses");
  const [txQueue, rxQueue] = queues?.split(":") ?? [];
  const [timer, timerWhen] = timers?.split(":") ?? [];
  const [retransmits, uid, timeout, inode, references, pointer] = rest;
  return ok({
    local,
    remote,
    state: Number(hexUint64(state)),
    txQueue: hexUint64(txQueue),
    rxQueue: hexUint64(rxQueue),
    timer: Number(hexUint64(timer)),
    timerWhen: hexUint64(timerWhen),
    retransmits: hexUint64(retransmits),
    uid: uint32(uid),
    timeout: uint64(timeout),
    inode: uint64(inode),
    references: uint64(references),
    pointer: hexUint64(pointer),
  });
}

const END = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/i;

function parseEnd(text: string | undefined): SocketEnd | undefined {
  const [, address, port] = END.exec(text ?? "") ?? [];
  if (address === undefined) return undefined;
  return {
    ip: ipText(address),
    port: Number(hexUint64(port)),
    isUnspecified: /^0+$/.test(address),
  };
}

/** The kernel prints an address as 32-bit numbers, whose bytes lie the other way round. */
function ipText(hex: string): string {
  const bytes = Buffer.from(hex, "hex").swap32();
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, n) => bytes.readUInt16BE(n * 2).toString(16));
  return new SocketAddress({ family: "ipv6", address: groups.join(":") }).address;
}
