import type { Schemas } from '@/shared/api/client';

export type Offer = Schemas['Offer'];
export type OfferInput = Schemas['OfferInput'];

export const categories = ['points', 'discount', 'access', 'shipping', 'special', 'referral', 'sale', 'tier'];

/** What may be done with an offer of a status: docs/catalogue.md, "From draft to retired". */
export const movesFrom: Record<Offer['status'], ('activate' | 'pause' | 'retire')[]> = {
    draft: ['activate', 'retire'],
    live: ['pause', 'retire'],
    paused: ['activate', 'retire'],
    retired: [],
};
