import { anEvent } from '@shopkeeper/contracts/testing';
import { describe, expect, it } from 'vitest';
import type { SignalDraft } from './read-event.js';
import { deedOf, occurredAtOf, signalIdOf, signalOf } from './signal.js';

const order: SignalDraft = { kind: 'order', orderId: 'o-1', items: [{ productId: 'p-1', quantity: 2 }], weight: 6 };

describe('occurredAtOf', () => {
  it('answers UTC with milliseconds, whatever the zone and precision', () => {
    const receivedAt = '2026-01-15T12:00:00Z';
    expect(occurredAtOf({ timestamp: '2026-01-15T13:30:00+02:00', receivedAt })).toBe('2026-01-15T11:30:00.000Z');
  });

  it('does not believe a clock that is more than a day ahead', () => {
    const receivedAt = '2026-01-15T12:00:00.000Z';
    expect(occurredAtOf({ timestamp: '2030-01-01T00:00:00Z', receivedAt })).toBe(receivedAt);
    expect(occurredAtOf({ timestamp: '2026-01-16T11:00:00Z', receivedAt })).toBe('2026-01-16T11:00:00.000Z');
  });
});

describe('signalOf', () => {
  it('has the same id for the same message of the same device only', () => {
    const id = signalIdOf(anEvent());
    expect(signalIdOf(anEvent({ timestamp: '2026-02-01T00:00:00.000Z' }))).toBe(id);
    expect(signalIdOf(anEvent({ messageId: 'm-2' }))).not.toBe(id);
    expect(signalIdOf(anEvent({ anonymousId: 'a-2' }))).not.toBe(id);
  });

  it('carries nothing that names the person', () => {
    const event = anEvent({ anonymousId: 'anon-77', userId: 'mail-77', recommendationId: 'r-1' });
    const signal = signalOf(event, order, { sessionId: 'sess-1', shopperId: 's-1' }, 3, event.timestamp);
    expect(signal).toMatchObject({
      shopperId: 's-1',
      sessionId: 'sess-1',
      seq: 3,
      orderId: 'o-1',
      recommendationId: 'r-1',
    });
    expect(JSON.stringify(signal)).not.toMatch(/-77|m-1/);
  });
});

describe('deedOf', () => {
  it('is the same for the same order with the same lines', () => {
    expect(deedOf({ ...order })).toBe(deedOf(order));
    expect(deedOf({ ...order, items: [{ productId: 'p-2' }] })).not.toBe(deedOf(order));
    expect(deedOf({ ...order, orderId: 'o-2' })).not.toBe(deedOf(order));
  });

  it('is unknown for an order without an id, and for all else', () => {
    expect(deedOf({ kind: 'order', items: order.items, weight: 6 })).toBeUndefined();
    expect(deedOf({ ...order, kind: 'return' })).toBeUndefined();
  });
});
