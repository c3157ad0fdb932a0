import type { Boot, Machine } from "./machine.ts";

/**
 * What the serial console has shown so far: the last few boots, the present one as far as it has
 * come. Nothing is kept for it but when each boot began.
 */
export function consoleText(machine: Machine, nowMs: number): string {
  return machine.boots.map((boot) => bootText(machine, boot, nowMs)).join("");
}

/** What one boot has shown by `nowMs`. */
export function bootText(machine: Machine, boot: Boot, nowMs: number): string {
  const untilMs = Math.min(nowMs, boot.end?.atMs ?? nowMs);
  if (untilMs < boot.startedMs) return "";
  const progress = boot.tookMs === 0 ? 1 : (untilMs - boot.startedMs) / boot.tookMs;
  const shown = linesOf(machine, boot).filter(({ at }) => at <= progress);
  const ended = boot.end !== undefined && boot.end.atMs <= nowMs;
  const end = ended && boot.end !== undefined ? END_TEXT[boot.end.how] : "";
  return `${shown.map(({ text }) => text).join("\r\n")}${shown.length > 0 ? "\r\n" : ""}${end}`;
}

const END_TEXT = {
  off: "The system is going down NOW!\r\nreboot: Power down\r\n",
  reset: "reboot: machine reset\r\n",
  lost: "",
} as const;

interface Line {
  /** Share of the boot after which the line shows, 0 to 1. */
  readonly at: number;
  readonly text: string;
}

function linesOf(machine: Machine, boot: Boot): readonly Line[] {
  const kernel = (at: number, text: string): Line => ({
    at,
    text: `[${((at * boot.tookMs) / 1000).toFixed(6).padStart(12)}] ${text}`,
  });
  const before = boot.hosts.length > 0 ? boot.hosts.join(", ") : "nobody, it is new";
  return [
    kernel(0, "Linux version 6.1.0-simulated (signalbox) #1 SMP"),
    kernel(0.05, "Command line: console=ttyS0 root=/dev/vda1"),
    kernel(0.1, `Memory: ${Math.floor(machine.memoryBytes / 1024)}K available`),
    kernel(0.15, `smp: Brought up 1 node, ${machine.cpus} CPUs`),
    kernel(0.3, `virtio_net virtio0 eth0: link up, ${machine.macAddress}`),
    kernel(0.4, `EXT4-fs (vda1): mounted, made from image ${boot.imageId}`),
    { at: 0.5, text: `disk: booted before by ${before}` },
    { at: 0.6, text: `network: eth0 has ${machine.privateIP}, gateway ${machine.gateway}` },
    { at: 0.8, text: `cloud-init: user data of ${machine.userDataBytes} bytes` },
    { at: 1, text: "" },
    { at: 1, text: `${machine.name} login: ` },
  ];
}
