import { expect, it } from 'vitest';
import { emptyOffer, fromLocal, toLocal, toSend } from './editing';

it('leaves the id and the currency of a new offer to the server', () => {
    const sent = toSend(emptyOffer);
    expect(sent).not.toHaveProperty('offer_id');
    expect(sent).not.toHaveProperty('currency');
    expect(sent).not.toHaveProperty('version');
});

it('sends all that an offer says, also what the form does not show', () => {
    const sent = toSend({ ...emptyOffer, offer_id: 0, attributes: { depth: 2 }, currency: 'EUR' });
    expect(sent).toMatchObject({ offer_id: 0, attributes: { depth: 2 }, currency: 'EUR' });
});

it('brings an instant to the minute back', () => {
    expect(fromLocal(toLocal('2026-03-01T12:30:00Z'))).toBe('2026-03-01T12:30:00.000Z');
    expect(fromLocal('')).toBeNull();
    expect(toLocal(null)).toBe('');
});
