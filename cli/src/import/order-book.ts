import { idText, type Row } from './catalog-item.js';
import { isCharge, isRemark } from './charges.js';
import type { Mapping } from './columns.js';
import type { OrderField } from './order-fields.js';
import { dateOrderOf, isAmbiguous, readTime, type DateOrder, type Zone } from './time.js';
import { readCount, readMoney, textOf, type MoneyOptions } from './values.js';

/** A line that made it into the book. */
export interface OrderLine {
  readonly file: string;
  readonly line: number;
  readonly order: string;
  /** As written; read when all dates are known. */
  readonly timeText: string;
  time: number;
  readonly customer: string | undefined;
  /** As written; the product's id when the file names it apart from the sku. */
  readonly product: string;
  readonly sku: string;
  readonly title: string;
  /** Below 0 for what came back. */
  readonly quantity: number;
  readonly price: number;
  readonly currency: string | undefined;
}

export interface OrderReading extends MoneyOptions {
  readonly mapping: Mapping<OrderField>;
  readonly currency?: string | undefined;
  /** Orders whose number begins so are cancellations, whatever the sign of their quantities. */
  readonly cancelPrefix?: string | undefined;
}

export interface Rejection {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  readonly detail?: string;
}

/** All lines of all files, before they are orders: what a product is called and which dates are meant shows only in the whole. */
export class OrderBook {
  private lines: OrderLine[] = [];
  /** One copy of each text: half a million lines repeat a few thousand. */
  private readonly texts = new Map<string, string>();

  get size(): number {
    return this.lines.length;
  }

  /** Takes a line, or says why not. */
  add(file: string, line: number, row: Row, reading: OrderReading): Rejection | undefined {
    const reject = (reason: string, detail?: string): Rejection => ({
      file,
      line,
      reason,
      ...(detail !== undefined && { detail }),
    });
    const text = (field: OrderField): string => this.once(textOf(row[reading.mapping[field]?.[0] ?? '']) ?? '');
    const order = this.once(idText(text('order')));
    const sku = this.once(idText(text('sku') || text('product')));
    const title = text('title');
    const what = `${sku} ${title}`.trim();
    if (order === '') return reject('no order number', what);
    if (sku === '') return reject('no product number', title || `order ${order}`);
    if (text('time') === '') return reject('no time', `order ${order}`);
    const count = readCount(text('quantity'));
    if ('problem' in count) return reject('quantity cannot be read', count.problem);
    if (count.value === 0) return reject('quantity is 0', what);
    if (Math.abs(count.value) > 1_000_000) return reject('quantity is absurd', `${count.value} of ${what}`);
    const money = readMoney(text('price'), reading);
    if ('problem' in money) return reject('price cannot be read', money.problem);
    if (money.value.amount < 0) return reject('price is below 0', `${money.value.amount} for ${what}`);
    const customer = this.once(idText(text('customer')));
    if (money.value.amount === 0 && (count.value < 0 || customer === '')) {
      return reject('price is 0: a correction of stock, not a sale', what);
    }
    const cancelled = reading.cancelPrefix !== undefined && order.startsWith(reading.cancelPrefix);
    this.lines.push({
      file,
      line,
      order,
      timeText: text('time'),
      time: 0,
      customer: customer || undefined,
      product: this.once(idText(text('product'))) || sku,
      sku,
      title,
      quantity: cancelled ? -Math.abs(count.value) : count.value,
      price: money.value.amount,
      currency: (text('currency').toUpperCase() || money.value.currency) ?? reading.currency,
    });
    return undefined;
  }

  /**
   * Settles what only the whole can tell: which dates are meant, which spelling of a number, which numbers are charges. Answers the
   * good lines in the order of time and the lines that have to go.
   * `ambiguous`: dates such as 3/11/2010 with nothing that tells day from month and no `dateOrder`.
   */
  settle(options: {
    zone: Zone;
    dateOrder?: DateOrder | undefined;
    /** Keep postage, fees and the like as if they were products. */
    keepCharges: boolean;
  }):
    { readonly lines: readonly OrderLine[]; readonly rejected: readonly Rejection[] } | { readonly ambiguous: string } {
    const order = options.dateOrder ?? dateOrderOf(this.timeTexts());
    if (order === undefined) {
      const example = this.lines.find(({ timeText }) => isAmbiguous(timeText));
      if (example) return { ambiguous: example.timeText };
    }
    const spelling = this.spellings();
    const charges = this.charges(spelling);
    const isOne = (sku: string, title: string): boolean => charges.has(sku) || isCharge(title) || isCharge(sku);
    const times = new Map([...this.timeTexts()].map((text) => [text, readTime(text, options.zone, order ?? 'mdy')]));
    const rejected: Rejection[] = [];
    const lines: OrderLine[] = [];
    for (const line of this.lines) {
      const at = { file: line.file, line: line.line };
      const time = times.get(line.timeText);
      const sku = spelling.get(line.sku.toLowerCase()) ?? line.sku;
      if (time === undefined) rejected.push({ ...at, reason: 'time cannot be read', detail: line.timeText });
      else if (!options.keepCharges && isOne(sku, line.title))
        rejected.push({ ...at, reason: 'a charge, not a product', detail: `${sku} ${line.title}`.trim() });
      else {
        const product = spelling.get(line.product.toLowerCase()) ?? line.product;
        lines.push({ ...line, time, sku, product });
      }
    }
    this.lines = [];
    return { lines: lines.sort((a, b) => a.time - b.time), rejected };
  }

  private once(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    this.texts.set(text, text);
    return text;
  }

  private timeTexts(): Set<string> {
    return new Set(this.lines.map(({ timeText }) => timeText));
  }

  /** Clerks type `85123a` and `85123A`: one product, in the spelling that is used most. */
  private spellings(): Map<string, string> {
    const counts = new Map<string, Map<string, number>>();
    for (const { sku, product } of this.lines) {
      for (const id of new Set([sku, product])) count(counts, id.toLowerCase(), id);
    }
    return new Map([...counts].map(([key, spellings]) => [key, mostFrequent(spellings)]));
  }

  /** Numbers under which mostly charges are booked, also where a line leaves the title out. */
  private charges(spelling: ReadonlyMap<string, string>): Set<string> {
    const titles = new Map<string, Map<string, number>>();
    for (const { sku, title } of this.lines) count(titles, spelling.get(sku.toLowerCase()) ?? sku, title);
    return new Set([...titles].filter(([, counts]) => isCharge(mostFrequent(counts))).map(([sku]) => sku));
  }
}

export function count(counts: Map<string, Map<string, number>>, key: string, value: string): void {
  const row = counts.get(key) ?? new Map<string, number>();
  row.set(value, (row.get(value) ?? 0) + 1);
  counts.set(key, row);
}

/** Ties go to what comes first in the alphabet: the order of lines must not matter. */
export function mostFrequent(counts: ReadonlyMap<string, number>): string {
  let best = '';
  let most = 0;
  for (const [text, times] of counts) {
    if (times > most || (times === most && text < best)) [best, most] = [text, times];
  }
  return best;
}

/** The title that a product goes by: the most frequent that is no remark; `undefined` when it never had one. */
export function titleFrom(titles: ReadonlyMap<string, number>): string | undefined {
  const proper = [...titles].filter(([title, times]) => /\p{L}/u.test(title) && (times > 2 || !isRemark(title)));
  return proper.length > 0 ? mostFrequent(new Map(proper)) : undefined;
}
