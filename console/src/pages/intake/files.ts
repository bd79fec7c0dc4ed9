// Files out of a drop, a paste or a picker: folders are opened, what cannot be a table is left out.
const SUFFIX = /\.(csv|tsv|txt|xlsx|xlsm|xls|parquet|pq)$/i;
const MOST = 200;

/** Whether a name may be that of a table. */
export const maybeTable = (name: string): boolean => SUFFIX.test(name) && !name.startsWith(".") && !name.startsWith("~$");

export interface Taken {
  readonly files: readonly File[];
  /** Names of files in folders that are no tables. */
  readonly left: readonly string[];
}

/** The files of a drop or a paste, those inside folders too. */
export async function filesOf(data: DataTransfer): Promise<Taken> {
  const entries = [...data.items].map((item) => (item.kind === "file" ? item.webkitGetAsEntry?.() : null));
  if (!entries.some((entry) => entry?.isDirectory)) return { files: [...data.files].slice(0, MOST), left: [] };
  const files: File[] = [];
  const left: string[] = [];
  for (const entry of entries) if (entry) await open(entry, files, left, entry.isFile);
  return { files: files.slice(0, MOST), left };
}

/** The files of a picker for folders. */
export function filesOfFolder(list: FileList): Taken {
  const all = [...list];
  return { files: all.filter((file) => maybeTable(file.name)).slice(0, MOST), left: all.filter((file) => !maybeTable(file.name)).map((file) => file.name) };
}

async function open(entry: FileSystemEntry, files: File[], left: string[], named: boolean): Promise<void> {
  if (files.length >= MOST) return;
  if (entry.isFile) {
    if (!named && !maybeTable(entry.name)) left.push(entry.name);
    else files.push(await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return;
    for (const inner of some) await open(inner, files, left, false);
  }
}

const UNITS = ["B", "kB", "MB", "GB"] as const;

/** 3.4 MB. */
export function sizeOf(bytes: number): string {
  let at = 0;
  let value = bytes;
  while (value >= 1000 && at < UNITS.length - 1) {
    value /= 1000;
    at += 1;
  }
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[at]}`;
}
