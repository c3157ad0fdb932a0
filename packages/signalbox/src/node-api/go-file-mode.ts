/** The kernel's `st_mode` has its type in four bits; Go's FileMode has a bit a type. */
const TYPE_MASK = 0o170000;

const GO_BITS = {
  directory: 0x80000000,
  symlink: 0x08000000,
  device: 0x04000000,
  fifo: 0x02000000,
  socket: 0x01000000,
  setuid: 0x00800000,
  setgid: 0x00400000,
  character: 0x00200000,
  sticky: 0x00100000,
  irregular: 0x00080000,
} as const;

const GO_TYPES: ReadonlyMap<number, number> = new Map([
  [0o100000, 0],
  [0o040000, GO_BITS.directory],
  [0o120000, GO_BITS.symlink],
  [0o060000, GO_BITS.device],
  [0o020000, GO_BITS.device + GO_BITS.character],
  [0o010000, GO_BITS.fifo],
  [0o140000, GO_BITS.socket],
]);

const GO_FLAGS: readonly (readonly [unix: number, go: number])[] = [
  [0o4000, GO_BITS.setuid],
  [0o2000, GO_BITS.setgid],
  [0o1000, GO_BITS.sticky],
];

/**
 * `st_mode` as Go's FileMode, which is what the API carries (node-api §4.3). Bits are added, not
 * or-ed: the highest one would make the number negative.
 *
 * @example `goFileMode(0o041777) === 2148532735`
 */
export function goFileMode(stMode: number): number {
  let mode = (stMode & 0o777) + (GO_TYPES.get(stMode & TYPE_MASK) ?? GO_BITS.irregular);
  for (const [unix, go] of GO_FLAGS) if ((stMode & unix) !== 0) mode += go;
  return mode;
}

/** A letter a bit, from the highest on. Bits 30 to 28 are Go's own and never on a disk. */
const LETTERS = "dalTLDpSugct?";
const PERMISSIONS = "rwxrwxrwx";

/** A FileMode for people, as Go prints it: `drwxr-xr-x`, `Dcrw-rw-rw-`, `dtrwxrwxrwx`. */
export function goFileModeText(mode: number): string {
  const letters = pick(LETTERS, (index) => ((mode >>> (31 - index)) & 1) === 1, "");
  return (letters || "-") + pick(PERMISSIONS, (index) => ((mode >>> (8 - index)) & 1) === 1, "-");
}

function pick(letters: string, isSet: (index: number) => boolean, otherwise: string): string {
  return Array.from(letters, (letter, index) => (isSet(index) ? letter : otherwise)).join("");
}
