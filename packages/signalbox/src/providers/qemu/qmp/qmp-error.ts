/** QEMU refused a command. Internal: callers turn it into a Problem or a fault. */
export class QmpError extends Error {
  override readonly name = "QmpError";
  readonly command: string;
  /** `GenericError`, `CommandNotFound`, `DeviceNotFound`, … */
  readonly errorClass: string;

  constructor(command: string, errorClass: string, description: string) {
    super(`${command}: ${description}`);
    this.command = command;
    this.errorClass = errorClass;
  }
}
