import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from './evidence.js';
import { unionEvidence } from './union.js';

const evidence = (id: string, occurredAt: string, over: Partial<Evidence> = {}): Evidence => ({
  id,
  productId: 'p-1',
  kind: 'view',
  occurredAt,
  sessionId: 'sess-1',
  weight: 1,
  ...over,
});
const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 12, minute)).toISOString();

const someEvidence = fc
  .record({
    id: fc.integer({ min: 0, max: 12 }),
    minute: fc.integer({ min: 0, max: 5 }),
    weight: fc.constantFrom(1, 3),
  })
  .map(({ id, minute, weight }) => evidence(`sig-${id}`, at(minute), { weight }));
const sets = fc.array(someEvidence, { maxLength: 30 });

describe('unionEvidence', () => {
  it('orders newest first, equal times by id, and keeps the newest', () => {
    const union = unionEvidence(
      [evidence('b', at(1)), evidence('d', at(0))],
      [evidence('a', at(1)), evidence('c', at(2))],
      3,
    );
    expect(union.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  });

  it('takes the same deed once', () => {
    const one = evidence('a', at(1));
    expect(unionEvidence([one], [one, { ...one }])).toEqual([one]);
  });

  it('keeps 300 unless told otherwise', () => {
    const many = Array.from({ length: 400 }, (_, n) => evidence(`e-${n}`, at(n)));
    const union = unionEvidence(many, []);
    expect(union).toHaveLength(300);
    expect(union[0]?.id).toBe('e-399');
    expect(union.at(-1)?.id).toBe('e-100');
  });

  it('changes nothing the second time, whatever the limit', () => {
    fc.assert(
      fc.property(sets, sets, fc.integer({ min: 1, max: 8 }), (a, b, limit) => {
        const once = unionEvidence(a, b, limit);
        expect(unionEvidence(once, b, limit)).toEqual(once);
      }),
    );
  });

  it('does not care in which order or portions evidence arrives', () => {
    fc.assert(
      fc.property(sets, sets, sets, fc.integer({ min: 1, max: 8 }), (a, b, c, limit) => {
        const left = unionEvidence(unionEvidence(a, b, limit), c, limit);
        const right = unionEvidence(unionEvidence([], c, limit), unionEvidence(b, a, limit), limit);
        expect(left).toEqual(right);
      }),
    );
  });
});
