/** A file that says that it is as large as the address space, and would be read for ever. */
const KERNEL_MEMORY = "/proc/kcore";

/** Whether a path is that of the kernel's memory (node-api §4.2, DiskUsage). */
export function isKernelMemory(path: Buffer): boolean {
  return path.toString() === KERNEL_MEMORY;
}
