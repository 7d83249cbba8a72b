import { FLAGS_AT, HEAD_BYTES, type Meta, readTree, type Tree, TREE_BYTES } from './meta-page.ts';
import { Damage, type PageFile } from './page-file.ts';

const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
const KIND = 0x2f;
const LARGE_VALUE = 0x01;
const SUBTREE = 0x02;
const NODE_HEAD_BYTES = 8;
/** of the number of a page */
const NUMBER_BYTES = 8;
const U32 = 0x1_0000_0000;
/** in the head of a page of entries */
const LOWER_AT = 20;
const UPPER_AT = 22;
/** in the head of a long value */
const COUNT_AT = 20;
const KEY_BYTES_AT = 6;
const DEEPEST = 32;
/** Topic and partition stand at the beginning of the key of a block. */
const PARTITION_BYTES = 4;
/** Leaves of the blocks that are read to the last; of a longer log only those where a partition begins or ends. */
const LEAVES_MAX = 4_096;

interface Node {
  readonly key: Buffer;
  readonly flags: number;
  /** bytes of the value, or the lower half of the number of a child */
  readonly size: number;
  readonly value: Buffer;
}

/** Walks the trees of a file and throws Damage where LMDB would read what is not there. */
export class TreeWalk {
  readonly #file: PageFile;
  readonly #meta: Meta;
  /** pages that are named and lie beyond the end of the file are damage; a file may end before pages that no table names */
  readonly #pages: number;
  readonly #isWhole: boolean;

  /** @param isWhole read every leaf, however long the log is */
  constructor(file: PageFile, meta: Meta, isWhole: boolean) {
    this.#file = file;
    this.#meta = meta;
    this.#pages = Math.min(meta.lastPage + 1, Math.floor(file.bytes / meta.pageBytes));
    this.#isWhole = isWhole;
  }

  run(): void {
    this.#walkTree(this.#meta.free, (value) => checkFreePages(value, this.#meta.lastPage));
    this.#walkTree(this.#meta.main, (value, flags) => {
      if ((flags & SUBTREE) === 0 || value.length !== TREE_BYTES) throw new Damage('its table of tables is not one');
      const tree = readTree(value);
      if (tree.flags !== 0) throw new Damage('a table has unknown flags');
      this.#walkTree(tree);
    });
  }

  #walkTree({ root, depth, leafPages }: Tree, each?: Visit): void {
    if (root === undefined) return;
    if (depth < 1 || depth > DEEPEST) throw new Damage(`a tree says that it is ${depth} pages deep`);
    this.#walkPage(root, depth, { each, isWhole: this.#isWhole || each !== undefined || leafPages <= LEAVES_MAX });
  }

  #walkPage(number: number, depth: number, how: { each: Visit | undefined; isWhole: boolean }): void {
    const nodes = this.#nodesOf(number, depth === 1 ? LEAF : BRANCH);
    if (depth === 1) {
      for (const node of nodes) this.#checkLeafNode(node, how.each);
      return;
    }
    for (const [index, node] of nodes.entries()) {
      const isRead = how.isWhole || depth > 2 || isEdge(nodes, index);
      const child = childOf(node);
      if (isRead) this.#walkPage(child, depth - 1, how);
      else this.#checkNumber(child, 1);
    }
  }

  #checkLeafNode({ flags, size, value }: Node, each: Visit | undefined): void {
    if ((flags & LARGE_VALUE) === 0) {
      each?.(value, flags);
      return;
    }
    const first = Number(value.readBigUInt64LE(0));
    const count = Math.ceil((HEAD_BYTES + size) / this.#meta.pageBytes);
    this.#checkNumber(first, count);
    const head = this.#file.read(first * this.#meta.pageBytes, HEAD_BYTES);
    const isRight =
      this.#isOfThisPage(head, first) &&
      (head.readUInt16LE(FLAGS_AT) & KIND) === OVERFLOW &&
      head.readUInt32LE(COUNT_AT) === count;
    if (!isRight) throw new Damage(`page ${first} is not the long value that it should be`);
    each?.(this.#file.read(first * this.#meta.pageBytes + HEAD_BYTES, size), flags);
  }

  #checkNumber(first: number, count: number): void {
    if (first < 2 || first + count > this.#pages) {
      throw new Damage(`page ${first + count - 1} is missing, the file ends at page ${this.#pages - 1}`);
    }
  }

  /** LMDB takes a page of a later transaction than the last one for its own copy, and writes into the map. */
  #isOfThisPage(head: Buffer, number: number): boolean {
    return Number(head.readBigUInt64LE(0)) === number && head.readBigUInt64LE(NUMBER_BYTES) <= this.#meta.transaction;
  }

  /** The entries of a page, each inside it. */
  #nodesOf(number: number, kind: number): Node[] {
    const { pageBytes } = this.#meta;
    this.#checkNumber(number, 1);
    const page = this.#file.read(number * pageBytes, pageBytes);
    // Places in a page are counted from the end of its head.
    const [lower, upper] = [page.readUInt16LE(LOWER_AT) + HEAD_BYTES, page.readUInt16LE(UPPER_AT) + HEAD_BYTES];
    const isRight =
      this.#isOfThisPage(page, number) &&
      (page.readUInt16LE(FLAGS_AT) & KIND) === kind &&
      lower > HEAD_BYTES &&
      lower <= upper &&
      upper <= pageBytes;
    if (!isRight) throw new Damage(`page ${number} is not what it should be`);
    const nodes: Node[] = [];
    for (let at = HEAD_BYTES; at < lower; at += 2)
      nodes.push(nodeAt(page, page.readUInt16LE(at) + HEAD_BYTES, { upper, kind, number }));
    return nodes;
  }
}

type Visit = (value: Buffer, flags: number) => void;

function nodeAt(
  page: Buffer,
  at: number,
  { upper, kind, number }: { upper: number; kind: number; number: number },
): Node {
  const damage = () => new Damage(`an entry of page ${number} lies outside of it`);
  if (at < upper || at + NODE_HEAD_BYTES > page.length) throw damage();
  // On a branch the two halves of `size` and `flags` are the number of a child.
  const size = page.readUInt32LE(at);
  const flags = page.readUInt16LE(at + 4);
  const keyEnd = at + NODE_HEAD_BYTES + page.readUInt16LE(at + KEY_BYTES_AT);
  const valueBytes = kind === BRANCH ? 0 : (flags & LARGE_VALUE) === 0 ? size : NUMBER_BYTES;
  if (keyEnd + valueBytes > page.length) throw damage();
  const key = page.subarray(at + NODE_HEAD_BYTES, keyEnd);
  return { key, flags, size, value: page.subarray(keyEnd, keyEnd + valueBytes) };
}

/** The number of a child is spread over the fields that a leaf uses for size and flags. */
function childOf({ flags, size }: Node): number {
  return flags * U32 + size;
}

/** Whether a partition begins or ends below the child: a start reads these. The first key of a page is not written. */
function isEdge(nodes: readonly Node[], index: number): boolean {
  const next = nodes[index + 1];
  if (index === 0 || !next) return true;
  const [own, other] = [nodes[index]?.key, next.key].map((key) => key?.subarray(0, PARTITION_BYTES));
  return !own || !other || !own.equals(other);
}

/** A list of free pages: how many entries, then numbers of pages; 0 is none, and -n says that the next number begins n pages. */
function checkFreePages(value: Buffer, lastPage: number): void {
  const entries = Math.floor(value.length / NUMBER_BYTES) - 1;
  const count = entries < 0 ? 0n : value.readBigUInt64LE(0);
  if (entries < 0 || count > BigInt(entries)) throw new Damage('a list of free pages is longer than its place');
  let run = 1n;
  for (let n = 1; n <= count; n++) {
    const entry = value.readBigInt64LE(n * NUMBER_BYTES);
    if (entry > 0n && (entry < 2n || entry + run - 1n > BigInt(lastPage))) {
      throw new Damage(`a list of free pages names page ${entry}, the last one is ${lastPage}`);
    }
    if (entry < -BigInt(lastPage)) throw new Damage('a list of free pages names more than there are');
    run = entry < 0n ? -entry : 1n;
  }
}
