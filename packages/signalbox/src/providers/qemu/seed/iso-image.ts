import { directoryRecord, PARENT, SELF } from "./iso-directory.ts";
import { SECTOR_BYTES } from "./iso-fields.ts";
import { type FileNames, JOLIET, type NamePlan, PRIMARY } from "./iso-names.ts";
import { pathTable } from "./iso-path-table.ts";
import { volumeDescriptor, volumeTerminator } from "./iso-volume-descriptor.ts";

export interface IsoFile extends FileNames {
  readonly content: Buffer;
}

export interface IsoImageContent {
  /** At most 16 characters of ASCII. */
  readonly volumeLabel: string;
  /** Sorted by both names, few enough that their records fit into one sector. */
  readonly files: readonly IsoFile[];
}

/** Where the parts of the volume lie, in sectors. The directory is there once for each plan. */
// biome-ignore format: a table
const TREES = [
  { plan: PRIMARY, descriptor: 16, pathTable: { little: 19, big: 20 }, root: 23 },
  { plan: JOLIET, descriptor: 17, pathTable: { little: 21, big: 22 }, root: 24 },
] as const;
const TERMINATOR_SECTOR = 18;
const FIRST_FILE_SECTOR = 25;

interface PlacedFile extends IsoFile {
  readonly sector: number;
}

/**
 * Writes an ISO 9660 volume with Joliet names and one directory.
 *
 * Joliet rather than Rock Ridge, because every system that reads the one reads the other, but not
 * the reverse. Sections of ECMA-119 are cited where they are followed.
 */
export function writeIsoImage({ volumeLabel, files }: IsoImageContent): Buffer {
  const placed = placeFiles(files);
  const sectors = placed.reduce((end, file) => Math.max(end, endOf(file)), FIRST_FILE_SECTOR);
  const image = Buffer.alloc(sectors * SECTOR_BYTES);
  const put = (sector: number, content: Buffer) => content.copy(image, sector * SECTOR_BYTES);

  const volume = { label: volumeLabel, sectors };
  for (const tree of TREES) {
    put(tree.descriptor, volumeDescriptor({ ...tree, volume }));
    put(tree.pathTable.little, pathTable(tree.root, "little"));
    put(tree.pathTable.big, pathTable(tree.root, "big"));
    put(tree.root, rootDirectory(tree.plan, tree.root, placed));
  }
  put(TERMINATOR_SECTOR, volumeTerminator());
  for (const file of placed) put(file.sector, file.content);
  return image;
}

function placeFiles(files: readonly IsoFile[]): readonly PlacedFile[] {
  let sector = FIRST_FILE_SECTOR;
  return files.map((file) => {
    const placed = { ...file, sector };
    sector = endOf(placed);
    return placed;
  });
}

/** The first sector behind a file. An empty file takes none. */
function endOf(file: PlacedFile): number {
  return file.sector + Math.ceil(file.content.length / SECTOR_BYTES);
}

function rootDirectory(plan: NamePlan, sector: number, files: readonly PlacedFile[]): Buffer {
  const itself = { sector, bytes: SECTOR_BYTES, isDirectory: true };
  const records = Buffer.concat([
    directoryRecord({ ...itself, identifier: SELF }),
    directoryRecord({ ...itself, identifier: PARENT }),
    ...files.map((file) =>
      directoryRecord({
        sector: file.sector,
        bytes: file.content.length,
        isDirectory: false,
        identifier: plan.identifier(file),
      }),
    ),
  ]);
  if (records.length > SECTOR_BYTES) throw new RangeError("too many files for one sector");
  return records;
}
