/** What lies in a machine's directory, `DATA/providers/REGION/machines/ID-INCARNATION`. */
export const MACHINE_FILES = Object.freeze({
  /** What the daemon has to remember. */
  record: "machine.json",
  disk: "disk.qcow2",
  /** The disk that a rebuild makes, until it takes the other's place. */
  diskInTheMaking: "disk.new.qcow2",
  seed: "seed.iso",
  pid: "qemu.pid",
  control: "qmp.sock",
  serial: "serial.sock",
  console: "console.log",
  consoleBefore: "console.before.log",
  /** QEMU's standard error. */
  processLog: "qemu.log",
  /** Held by QEMU as long as it runs. */
  lock: "lock",
  exitStatus: "exit-status",
});
