import type {
  ModelManifestPublished,
  ModelRowPublished,
  OfferChanged,
  ProductContent,
  ProductUpserted,
} from '@shopkeeper/contracts';
import { CategoryTree } from './category-tree.js';
import { Names } from './names.js';
import { NO_OFFERS, viewOffers, type OfferView } from './offers.js';
import { RowTable } from './row-table.js';
import { Trends } from './trends.js';

/** What an answer shows of a product besides its offer. */
export interface Facts {
  readonly title: string;
  readonly url?: string;
  readonly imageUrl?: string;
}

const NONE = new Int32Array(0);
const SHOP_SUBJECT = '*';

/**
 * Everything that ranking knows of the shop, in memory: products, their offers, the model's rows. Filled from compacted topics in any order;
 * applying the same news twice changes nothing and older news never replaces newer news. Products go by number here; answers must not
 * depend on which number a product got.
 */
export class Shelf {
  readonly products = new Names();
  readonly categories = new CategoryTree();
  readonly brands = new Names();
  readonly covisits = new RowTable();
  readonly transitions = new RowTable();
  readonly boughtTogether = new RowTable();
  readonly trends = new Trends();

  /** 1 when the product can be bought now and is not removed. */
  sellable = new Uint8Array(0);
  /** Its main category; -1 = none. */
  leaf = new Int32Array(0);
  /** -1 = none. */
  brand = new Int32Array(0);
  /** Equal for the same thing in another guise: same family, or same brand and title. -1 = none. */
  family = new Int32Array(0);
  /** ms since the epoch. */
  firstSeenAt = new Float64Array(0);
  /** Which state of the models the rows are from; `none` before the first manifest. */
  epoch = 'none';
  /** Rises with every change of catalogue, offers or trend. */
  version = 0;

  private readonly families = new Names();
  private readonly facts: (Facts | undefined)[] = [];
  private readonly lineages: (Int32Array | undefined)[] = [];
  private readonly views: (OfferView | undefined)[] = [];
  private contentRevision = new Float64Array(0);
  private offerRevision = new Float64Array(0);
  private contentRemoved = new Uint8Array(0);
  private offerRemoved = new Uint8Array(0);
  private readonly epochs = new Map<string, string>();

  /** -1 for a product that was never heard of. */
  find(productId: string): number {
    return this.products.find(productId);
  }

  id(product: number): string {
    return this.products.list[product]!;
  }

  /** `undefined` while nothing but offers or rows are known. */
  factsOf(product: number): Facts | undefined {
    return this.facts[product];
  }

  /** All its categories with their ancestors, each once. */
  categoriesOf(product: number): Int32Array {
    return this.lineages[product] ?? NONE;
  }

  offersOf(product: number): OfferView {
    return this.views[product] ?? NO_OFFERS;
  }

  /** Room for product numbers; the arrays by product are this long. */
  get capacity(): number {
    return this.sellable.length;
  }

  /** False when it was older than what is known. */
  applyProduct({ productId, revision, removed, content, firstSeenAt }: ProductUpserted): boolean {
    const product = this.number(productId);
    if (revision < this.contentRevision[product]!) return false;
    this.contentRevision[product] = revision;
    this.contentRemoved[product] = removed ? 1 : 0;
    this.firstSeenAt[product] = Date.parse(firstSeenAt);
    this.describe(product, content);
    this.settle(product);
    return true;
  }

  /** After a tombstone: a product of this id may begin again at revision 1. */
  removeProduct(productId: string): void {
    const product = this.find(productId);
    if (product === -1) return;
    this.contentRevision[product] = 0;
    this.contentRemoved[product] = 0;
    this.describe(product, undefined);
    this.settle(product);
  }

  /** False when it was older than what is known. */
  applyOffers({ productId, revision, removed, offers }: OfferChanged): boolean {
    const product = this.number(productId);
    if (revision < this.offerRevision[product]!) return false;
    this.offerRevision[product] = revision;
    this.offerRemoved[product] = removed ? 1 : 0;
    this.views[product] = viewOffers(offers);
    this.settle(product);
    return true;
  }

  /** After a tombstone. */
  removeOffers(productId: string): void {
    const product = this.find(productId);
    if (product === -1) return;
    this.offerRevision[product] = 0;
    this.offerRemoved[product] = 0;
    this.views[product] = undefined;
    this.settle(product);
  }

  applyRow({ generator, subject, products, scores }: ModelRowPublished): void {
    const numbers = products.map((productId) => this.number(productId));
    if (generator === 'trend') {
      this.trends.put(this.trendSubject(subject), numbers, scores);
      this.version++;
    } else {
      this.tableOf(generator).put(this.number(subject), numbers, scores);
    }
  }

  /** After a tombstone of `generator:subject`. */
  removeRow(key: string): void {
    const cut = key.indexOf(':');
    const generator = key.slice(0, cut) as ModelRowPublished['generator'];
    this.applyRow({ generator, subject: key.slice(cut + 1), epoch: '', products: [], scores: [] });
  }

  applyManifest({ model, epoch }: ModelManifestPublished): void {
    this.epochs.set(model, epoch);
    this.nameEpoch();
  }

  removeManifest(model: string): void {
    this.epochs.delete(model);
    this.nameEpoch();
  }

  private nameEpoch(): void {
    const byModel = [...this.epochs].sort(([a], [b]) => (a < b ? -1 : 1));
    this.epoch = byModel.map(([, epoch]) => epoch).join('+') || 'none';
  }

  private tableOf(generator: Exclude<ModelRowPublished['generator'], 'trend'>): RowTable {
    if (generator === 'covisit') return this.covisits;
    return generator === 'transition' ? this.transitions : this.boughtTogether;
  }

  private trendSubject(subject: string): number {
    return subject === SHOP_SUBJECT ? Trends.SHOP : this.categories.number(subject);
  }

  private describe(product: number, content: ProductContent | undefined): void {
    this.facts[product] = content && { title: content.title, url: content.url, imageUrl: content.imageUrl };
    const categories = (content?.categories ?? []).map((path) => this.categories.number(path)).filter((c) => c !== -1);
    this.leaf[product] = categories[0] ?? -1;
    this.lineages[product] = Int32Array.from(
      new Set(categories.flatMap((category) => [...this.categories.lineage(category)])),
    );
    this.brand[product] = content?.brand ? this.brands.number(content.brand) : -1;
    this.family[product] = content ? this.families.number(familyOf(content)) : -1;
  }

  private settle(product: number): void {
    // A removal may reach only one of the two topics; whichever speaks of the later state is right.
    const newerContent = this.contentRevision[product]! >= this.offerRevision[product]!;
    const removed = newerContent ? this.contentRemoved[product] : this.offerRemoved[product];
    const buyable = !removed && this.facts[product] !== undefined && this.offersOf(product).variants.length > 0;
    this.sellable[product] = buyable ? 1 : 0;
    this.version++;
  }

  private number(productId: string): number {
    const product = this.products.number(productId);
    if (product >= this.capacity) this.grow(Math.max(1024, this.capacity * 2));
    return product;
  }

  private grow(capacity: number): void {
    this.sellable = copied(new Uint8Array(capacity), this.sellable);
    this.leaf = copied(new Int32Array(capacity).fill(-1), this.leaf);
    this.brand = copied(new Int32Array(capacity).fill(-1), this.brand);
    this.family = copied(new Int32Array(capacity).fill(-1), this.family);
    this.firstSeenAt = copied(new Float64Array(capacity), this.firstSeenAt);
    this.contentRevision = copied(new Float64Array(capacity), this.contentRevision);
    this.offerRevision = copied(new Float64Array(capacity), this.offerRevision);
    this.contentRemoved = copied(new Uint8Array(capacity), this.contentRemoved);
    this.offerRemoved = copied(new Uint8Array(capacity), this.offerRemoved);
  }
}

const copied = <A extends Uint8Array | Int32Array | Float64Array>(into: A, from: A): A => {
  into.set(from);
  return into;
};

const familyOf = ({ family, brand, title }: ProductContent): string =>
  family === undefined ? `title:${brand ?? ''}:${title.trim().toLowerCase()}` : `family:${family}`;
