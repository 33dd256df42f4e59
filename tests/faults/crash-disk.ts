import {
  changeEntries,
  copyDisk,
  type Disk,
  type EntryChange,
  type Inode,
  type Operation,
  resize,
  writeBytes,
} from './disk.ts';

/**
 * What happens to names that no sync of their folder made lasting: `in-order` keeps the first few changes of each folder, as a
 * journalling file system does; `reordered` keeps any of them, which is all that POSIX promises.
 */
export type Order = 'in-order' | 'reordered';

const SECTOR = 512;

/** What is left of a disk when the power fails after these operations, with what was lost, in words. */
export function crashDisk(
  initial: Disk,
  operations: readonly Operation[],
  order: Order,
  random: () => number,
): { disk: Disk; lost: string[] } {
  const disk = copyDisk(initial);
  const lost: string[] = [];
  // One crash in three each loses everything it may, keeps everything, or decides anew every time.
  const mood = () => {
    const odds = [0, 1, 0.5][Math.floor(random() * 3)] ?? 0.5;
    return () => random() < odds;
  };
  keepEntries(disk, operations, order, mood(), lost);
  keepBytes(disk, operations, mood(), random, lost);
  return { disk, lost };
}

type EntriesOperation = Extract<Operation, { type: 'entries' }>;

function keepEntries(
  disk: Disk,
  operations: readonly Operation[],
  order: Order,
  keep: () => boolean,
  lost: string[],
): void {
  const lasting = findLasting(operations, order);
  /** Folders of which no later change survives. */
  const stopped = new Set<Inode>();
  for (const operation of operations) {
    if (operation.type !== 'entries') continue;
    const folders = foldersOf(operation);
    const blocked = order === 'in-order' && folders.some((folder) => stopped.has(folder));
    if (lasting.has(operation) || (!blocked && keep())) changeEntries(disk, operation.changes);
    else {
      lost.push(operation.what);
      for (const folder of folders) stopped.add(folder);
    }
  }
}

/** The changes of names that a sync made lasting, with those that these follow in a journal. */
function findLasting(operations: readonly Operation[], order: Order): Set<EntriesOperation> {
  const synced = new Set<Inode>();
  const lasting = new Set<EntriesOperation>();
  for (const operation of operations.toReversed()) {
    if (operation.type === 'sync') synced.add(operation.inode);
    if (operation.type !== 'entries') continue;
    const folders = foldersOf(operation);
    const isSynced = (folder: Inode) => synced.has(folder);
    if (!(order === 'in-order' ? folders.some(isSynced) : folders.every(isSynced))) continue;
    lasting.add(operation);
    if (order === 'in-order') for (const folder of folders) synced.add(folder);
  }
  return lasting;
}

function foldersOf({ changes }: { changes: EntryChange[] }): Inode[] {
  return [...new Set(changes.map(({ folder }) => folder))];
}

function keepBytes(
  disk: Disk,
  operations: readonly Operation[],
  keep: () => boolean,
  random: () => number,
  lost: string[],
): void {
  const lastSync = new Map<Inode, number>();
  operations.forEach((operation, index) => {
    if (operation.type === 'sync') lastSync.set(operation.inode, index);
  });
  operations.forEach((operation, index) => {
    if (operation.type !== 'write' && operation.type !== 'resize') return;
    const { file } = operation;
    const kept = index < (lastSync.get(file) ?? -1) || keep();
    if (!kept) lost.push(tell(operation));
    if (operation.type === 'resize') {
      if (kept) resize(disk, file, operation.size);
    } else if (kept) writeBytes(disk, file, operation.offset, operation.bytes);
    else tear(disk, operation, random);
  });
}

/** A write that was not synced leaves nothing, or its length alone, or some of its sectors. */
function tear(
  disk: Disk,
  { file, offset, bytes }: Extract<Operation, { type: 'write' }>,
  random: () => number,
): void {
  const fate = random();
  if (fate < 1 / 3) return;
  const size = disk.files.get(file)?.length ?? 0;
  if (size < offset + bytes.length) resize(disk, file, offset + bytes.length);
  if (fate < 2 / 3) return;
  for (let start = 0; start < bytes.length; ) {
    const end = Math.min(bytes.length, start + SECTOR - ((offset + start) % SECTOR));
    if (random() < 0.5) writeBytes(disk, file, offset + start, bytes.subarray(start, end));
    start = end;
  }
}

function tell(operation: Extract<Operation, { type: 'write' | 'resize' }>): string {
  const { type, file } = operation;
  return type === 'resize'
    ? `resize file ${file} to ${operation.size}`
    : `write file ${file} from ${operation.offset}, ${operation.bytes.length} bytes (or parts of it)`;
}
