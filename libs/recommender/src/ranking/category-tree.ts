import { Names } from './names.js';

/** Category paths by number, each with its ancestors: `garden/hand-tools` lies below `garden`. */
export class CategoryTree {
  private readonly names = new Names();
  /** From each category up to its root, itself first. */
  private readonly lines: Int32Array[] = [];

  /** -1 when no product has ever been in or below this category. */
  find(path: string): number {
    return this.names.find(trimmed(path));
  }

  /** -1 for a path without a name in it. */
  number(path: string): number {
    const clean = trimmed(path);
    return clean === '' ? -1 : this.add(clean);
  }

  path(category: number): string {
    return this.names.list[category]!;
  }

  /** The category itself, its parent, and so on up to the root. */
  lineage(category: number): Int32Array {
    return this.lines[category]!;
  }

  get size(): number {
    return this.names.size;
  }

  private add(path: string): number {
    const known = this.names.find(path);
    if (known !== -1) return known;
    const cut = path.lastIndexOf('/');
    const above = cut === -1 ? [] : this.lineage(this.add(path.slice(0, cut)));
    const category = this.names.number(path);
    this.lines[category] = Int32Array.of(category, ...above);
    return category;
  }
}

const trimmed = (path: string): string =>
  path
    .split('/')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('/');
