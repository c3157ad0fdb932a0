import { MACHINE_FILES } from "../machine/machine-files.ts";

/**
 * The shell program that runs one machine. It is called with the machine's directory as working
 * directory, `CONSOLE_SEGMENT_BYTES` in its environment and QEMU's command line as arguments.
 *
 * It outlives the daemon, and does what has to go on without one:
 * - QEMU copies serial output to its standard output; `split` keeps the last two segments of it.
 *   So the console is bounded exactly, and by nobody's polling. `cat` writes as it reads. When the
 *   disk is full it is read on and dropped: a full pipe would stall the guest.
 * - QEMU's exit status is left in a file, however long after its start the machine ends.
 * - QEMU inherits a lock, so no machine ever runs twice, whoever was killed in between.
 *
 * Each run starts a new segment, so an existing one means that this run's guest has spoken.
 */
export const LAUNCH_SCRIPT = `
umask 077
exec 9>${MACHINE_FILES.lock}
flock -w 5 9 || exit 75
rm -f ${MACHINE_FILES.exitStatus}
if [ -s ${MACHINE_FILES.console} ]; then
  mv -f ${MACHINE_FILES.console} ${MACHINE_FILES.consoleBefore}
fi
rm -f ${MACHINE_FILES.console}
{
  "$@" 2>${MACHINE_FILES.processLog}
  echo "$?" >${MACHINE_FILES.exitStatus}.part
  mv -f ${MACHINE_FILES.exitStatus}.part ${MACHINE_FILES.exitStatus}
} | exec split -b "$CONSOLE_SEGMENT_BYTES" --filter='
  mv -f ${MACHINE_FILES.console} ${MACHINE_FILES.consoleBefore} 2>/dev/null
  cat >${MACHINE_FILES.console} || exec cat >/dev/null
' - 9>&-
`;
