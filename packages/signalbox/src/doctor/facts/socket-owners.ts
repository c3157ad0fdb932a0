import { readdirSync, readlinkSync } from "node:fs";
import type { ListenAddress } from "../../config/listen-address.ts";
import { type Ipv4, parseIpv4 } from "../../model/ipv4.ts";
import { accountText } from "../account.ts";
import type { NameAccount } from "./accounts.ts";
import { commandOf } from "./processes.ts";
import { readText } from "./read-text.ts";

export interface SocketRow {
  /** As the kernel writes it. */
  readonly address: string;
  readonly port: number;
  readonly uid: number;
  readonly inode: string;
}

const LISTEN = "0A";

/** Sockets that listen, out of `/proc/net/tcp` or `tcp6`; never throws. */
export function parseListeningSockets(text: string): readonly SocketRow[] {
  return text.split("\n").flatMap((line) => {
    //  0: 0100007F:17C0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 123456 …
    const fields = line.trim().split(/\s+/);
    const [, local = "", , state, , , , uid = "", , inode = ""] = fields;
    if (state !== LISTEN || !/^\d+$/.test(inode)) return [];
    const [address = "", port = ""] = local.split(":");
    return [{ address, port: Number.parseInt(port, 16), uid: Number(uid), inode }];
  });
}

/**
 * The row that keeps others from listening at an address: its own one before those of other
 * addresses, of which one that stands for all may be the cause.
 */
export function rowAt(
  { host, port }: ListenAddress,
  rows: readonly SocketRow[],
): SocketRow | undefined {
  const ofPort = rows.filter((row) => row.port === port);
  const ipv4 = parseIpv4(host);
  const own = ofPort.find(({ address }) => ipv4.ok && address === kernelText(ipv4.value));
  return own ?? ofPort[0];
}

/** In the processor's order of bytes, which is this one wherever Node is common. */
function kernelText(address: Ipv4): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(address);
  return bytes.toString("hex").toUpperCase();
}

/** Who listens at the address, as far as this user may know: `process 123 (nginx)`. */
export function findListener(address: ListenAddress, nameAccount: NameAccount): string | undefined {
  const rows = ["tcp", "tcp6"].flatMap((name) =>
    parseListeningSockets(readText(`/proc/net/${name}`) ?? ""),
  );
  const row = rowAt(address, rows);
  if (row === undefined) return undefined;
  const pid = socketHolders().get(row.inode);
  // Another user's processes may not be looked into.
  if (pid === undefined) return `a process of ${accountText(nameAccount(row.uid))}`;
  const command = commandOf(pid);
  return `process ${pid}${command === undefined ? "" : ` (${command})`}`;
}

/** Processes by the inode of each socket that they hold. */
function socketHolders(): Map<string, number> {
  const holders = new Map<string, number>();
  for (const pid of list("/proc").filter((name) => /^\d+$/.test(name))) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(linkTarget(`/proc/${pid}/fd/${fd}`)) ?? [];
      if (inode !== undefined) holders.set(inode, Number(pid));
    }
  }
  return holders;
}

/** Empty for what ended meanwhile, or is another user's. */
function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
