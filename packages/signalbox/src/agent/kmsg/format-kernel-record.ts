import type { KernelRecord } from "./kernel-record.ts";

// syslog.h; the numbers between ftp and local0 have no names.
const FACILITIES: readonly string[] = [
  ...["kern", "user", "mail", "daemon", "auth", "syslog"],
  ...["lpr", "news", "uucp", "cron", "authpriv", "ftp"],
  ...["12", "13", "14", "15"],
  ...["local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"],
];

const PRIORITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
const PRIORITY_WIDTH = 7;

/**
 * A record as people read it: `kern:    info: [2024-01-02T03:04:05.678Z]: text` (node-api §4.2,
 * Dmesg).
 *
 * @param bootMs when the machine booted, since the epoch
 */
export function formatKernelRecord(record: KernelRecord, bootMs: number): Buffer {
  const facility = FACILITIES[record.facility] ?? String(record.facility);
  const priority = (PRIORITIES[record.priority] ?? "").padStart(PRIORITY_WIDTH);
  const time = timeText(Math.round(bootMs) * 1000 + record.microseconds);
  return Buffer.concat([Buffer.from(`${facility}: ${priority}: [${time}]: `), record.text]);
}

/** RFC 3339 with as many digits behind the point as say something. */
function timeText(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000);
  const fraction = String(microseconds - seconds * 1_000_000)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const whole = new Date(seconds * 1000).toISOString().slice(0, -".000Z".length);
  return fraction === "" ? `${whole}Z` : `${whole}.${fraction}Z`;
}
