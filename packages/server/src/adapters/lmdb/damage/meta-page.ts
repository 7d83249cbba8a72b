import { Damage, type PageFile } from './page-file.ts';

/** What stands before the contents of every page: number u64, transaction u64, pad u16, flags u16, two more u16. */
export const HEAD_BYTES = 24;
export const FLAGS_AT = 18;
/** A tree as it is stored: pad u32, flags u16, depth u16, branch, leaf and overflow pages u64 each, entries u64, root u64. */
export const TREE_BYTES = 48;
const TREE = { flags: 4, depth: 6, leafPages: 16, root: 40 };
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
/**
 * Behind its head a meta page has: mark u32, format u32, address u64, bytes of the map u64, the tree of free pages, whose
 * pad is the size of a page, the tree of tables, last page u64, transaction u64, boot u64.
 */
const META = { version: 4, mapBytes: 16, pageBytes: 24, free: 24, main: 72, lastPage: 120, transaction: 128, end: 144 };
const META_FLAG = 0x08;
const MAGIC = 0xbe_ef_c0_de;
const VERSION = 2;
const PAGE_BYTES = { least: 512, most: 65_536 };
/** What a process can map; a number above it was never written. */
const MOST_BYTES = 70_368_744_177_664;
/** Flag of the tree of free pages: its keys are numbers. Ours have no other, and the other trees none. */
const INTEGER_KEYS = 0x08;

export interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly leafPages: number;
  /** undefined = empty */
  readonly root: number | undefined;
}

export interface Meta {
  readonly pageBytes: number;
  readonly lastPage: number;
  /** the last one */
  readonly transaction: bigint;
  readonly free: Tree;
  readonly main: Tree;
}

/**
 * The meta page in force: two take turns, and the transaction with the higher number is the newer one.
 * @throws Damage
 */
export function readMeta(file: PageFile): Meta {
  const first = file.read(0, HEAD_BYTES + META.end);
  if (first.readUInt32LE(HEAD_BYTES) !== MAGIC) throw new Damage('it is no file of LMDB');
  const pageBytes = checkForm(first);
  const second = file.read(pageBytes, HEAD_BYTES + META.end);
  if (checkForm(second) !== pageBytes) throw new Damage('its two meta pages disagree');
  const metas = [first, second].map((page) => page.subarray(HEAD_BYTES));
  const numbers = metas.map((meta) => meta.readBigUInt64LE(META.transaction));
  const newer = (numbers[0] ?? 0n) >= (numbers[1] ?? 0n) ? 0 : 1;
  // Transaction n is written to page n mod 2, so the newest number says where it stands.
  if ((numbers[newer] ?? 0n) > 0n && Number((numbers[newer] ?? 0n) % 2n) !== newer) {
    throw new Damage('its meta pages are in the wrong order');
  }
  return metaOf(metas[newer] ?? first, pageBytes);
}

function metaOf(meta: Buffer, pageBytes: number): Meta {
  const lastPage = pageNumber(meta, META.lastPage);
  const mapBytes = meta.readBigUInt64LE(META.mapBytes);
  if (lastPage * pageBytes > MOST_BYTES || mapBytes > MOST_BYTES)
    throw new Damage('its meta page gives no possible size');
  const free = readTree(meta.subarray(META.free));
  const main = readTree(meta.subarray(META.main));
  if (free.flags !== INTEGER_KEYS) throw new Damage('its meta page has unknown flags');
  return { pageBytes, lastPage, transaction: meta.readBigUInt64LE(META.transaction), free, main };
}

/** Answers the size of a page. */
function checkForm(page: Buffer): number {
  if (page.readUInt16LE(FLAGS_AT) !== META_FLAG) throw new Damage('a meta page is none');
  if (page.readUInt32LE(HEAD_BYTES) !== MAGIC) throw new Damage('a meta page has another mark');
  const version = page.readUInt32LE(HEAD_BYTES + META.version);
  if (version !== VERSION) throw new Damage(`its format is ${version}, this version reads ${VERSION}`);
  const bytes = page.readUInt32LE(HEAD_BYTES + META.pageBytes);
  const isPowerOfTwo = (bytes & (bytes - 1)) === 0;
  if (!isPowerOfTwo || bytes < PAGE_BYTES.least || bytes > PAGE_BYTES.most) {
    throw new Damage(`a meta page says that pages have ${bytes} bytes`);
  }
  return bytes;
}

/** @throws Damage when one of our trees cannot be so */
export function readTree(bytes: Buffer): Tree {
  const isEmpty = bytes.readBigUInt64LE(TREE.root) === NO_PAGE;
  return {
    flags: bytes.readUInt16LE(TREE.flags),
    depth: bytes.readUInt16LE(TREE.depth),
    leafPages: pageNumber(bytes, TREE.leafPages),
    root: isEmpty ? undefined : pageNumber(bytes, TREE.root),
  };
}

function pageNumber(bytes: Buffer, at: number): number {
  const number = bytes.readBigUInt64LE(at);
  if (number > BigInt(Number.MAX_SAFE_INTEGER)) throw new Damage('it names a page that cannot be');
  return Number(number);
}
