import { describe, expect, it } from 'vitest';
import { parsePayload, type EventDeclaration } from '../event.js';
import { EVENTS } from '../events/registry.js';
import * as build from './builders.js';

const BUILDERS: Record<keyof typeof EVENTS, () => unknown> = {
  ContentObserved: build.aContentChange,
  OfferObserved: build.anOfferChange,
  RemovalObserved: build.aRemoval,
  ProductUpserted: build.aProduct,
  OfferChanged: build.anOffer,
  ShopperEventReceived: build.anEvent,
  SignalRecorded: build.aSignal,
  ErasureRequested: build.anErasure,
  ModelRowPublished: build.aModelRow,
  ModelManifestPublished: build.aManifest,
};

describe('builders', () => {
  it.each(Object.entries(BUILDERS))('build a valid %s', (name, builder) => {
    const event = EVENTS[name as keyof typeof EVENTS] as unknown as EventDeclaration;
    expect(parsePayload(event, builder())).toEqual(builder());
  });

  it('give the offer of another product a sku of its own', () => {
    expect(build.anOffer({ productId: 'p-2' }).offers[0]?.sku).toBe('p-2');
  });
});
