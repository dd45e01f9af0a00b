import { RESTOCKED, type Chapter, type Listed, type Story } from './story.js';

/** A chapter of the story as text for a terminal. */
export function textOf(chapter: Chapter, story: Story): string {
  switch (chapter) {
    case 'asked':
      return `Somebody new comes in. The shop recommends:\n\n${list(story.before)}\n`;
    case 'viewed':
      return `The shopper looks at two things:\n\n${story.viewed.map(({ title }) => `     ${title}`).join('\n')}\n\n`;
    case 'changed':
      return `${duration(story.changedAfterMs)} later the shop recommends:\n\n${list(story.after, story.before)}\n`;
    case 'gone':
      return `"${story.soldOut?.title}" sells out. ${duration(story.goneAfterMs)} later it is no longer shown:\n\n${list(story.without)}\n`;
    case 'restored':
      return `${RESTOCKED} of it are put back on the shelf.\n`;
  }
}

/** What did not happen, for a story that ended early. */
export function failureOf(story: Story): string {
  if (!story.after) return 'The list did not change within 5 seconds.\n';
  return `"${story.soldOut?.title ?? ''}" was still shown 5 seconds after it sold out.\n`;
}

function list(items: readonly Listed[] = [], before?: readonly Listed[]): string {
  const known = new Set(before?.map(({ productId }) => productId));
  const width = Math.min(64, Math.max(...items.map(({ title }) => title.length), 0));
  return items
    .map(({ productId, title, price, currency, reason }, index) => {
      const mark = before && !known.has(productId) ? '*' : ' ';
      const amount = `${price.toFixed(2)} ${currency}`.trim();
      return ` ${mark}${String(index + 1).padStart(2)}. ${clip(title, width).padEnd(width)}  ${amount.padStart(11)}  ${clip(reason, 60)}\n`;
    })
    .join('');
}

const clip = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 3)}...` : text);

const duration = (ms = 0): string => `${Math.max(1, Math.round(ms))} ms`;
