import { describe, expect, it } from 'vitest';
import { toEvent } from './event-line.js';

const EVENT = {
  event: 'Product Viewed',
  anonymousId: 'a-1',
  timestamp: '2026-01-15T12:00:00Z',
  properties: { product_id: 'p', price: 1 },
};
const id = (row: Record<string, unknown>) => {
  const event = toEvent(row);
  return 'value' in event ? event.value.messageId : event.problem;
};

describe('toEvent', () => {
  it('keeps the id and the time of the line', () => {
    expect(toEvent({ ...EVENT, messageId: 'm-1' })).toEqual({ value: { type: 'track', messageId: 'm-1', ...EVENT } });
  });

  it('makes an id of the content where there is none, whatever the order of the keys', () => {
    const { event, ...rest } = EVENT;
    expect(id(EVENT)).toMatch(/^line-[0-9a-f]{32}$/);
    expect(id({ ...rest, properties: { price: 1, product_id: 'p' }, event })).toBe(id(EVENT));
    expect(id({ ...EVENT, timestamp: '2026-01-15T12:00:01Z' })).not.toBe(id(EVENT));
  });

  it('finds the time of exports of Segment and GA4', () => {
    const { timestamp, ...rest } = EVENT;
    expect(toEvent({ ...rest, originalTimestamp: timestamp })).toMatchObject({ value: { timestamp } });
    expect(toEvent({ ...rest, timestamp_micros: 1_768_478_400_000_000 })).toMatchObject({
      value: { timestamp: 1_768_478_400_000 },
    });
  });

  it('refuses a line without a time, or that is no event', () => {
    const { timestamp: _timestamp, ...rest } = EVENT;
    expect(toEvent(rest)).toEqual({ problem: 'no timestamp' });
    expect(toEvent({ ...EVENT, properties: 'x' })).toMatchObject({ problem: expect.stringMatching(/^properties/) });
  });
});
