import { expect, it } from 'vitest';
import { type FigureRow, fullerOf, type Outcomes, sorted } from './figures';

const outcomes = (shown: number, share?: number): Outcomes => ({
    shown,
    viewed: 0,
    clicked: 0,
    converted: 0,
    rejected: 0,
    rate: share === undefined ? null : { share, low: share / 2, high: share * 2, converted: 1, shown },
});
const row = (offer_id: number, name: string, history: Outcomes, decisions = outcomes(0)): FigureRow => ({
    offer_id,
    name,
    status: 'live',
    is_active: true,
    history,
    decisions,
});
const rows = [row(1, 'b', outcomes(40, 0.1)), row(2, 'a', outcomes(7)), row(3, 'c', outcomes(90, 0.3))];
const ids = (sort: string, order: 'asc' | 'desc') =>
    sorted(rows, { sort, order }, 'history').map((each) => each.offer_id);

it('puts offers without a rate last, either way', () => {
    expect(ids('rate', 'desc')).toEqual([3, 1, 2]);
    expect(ids('rate', 'asc')).toEqual([1, 3, 2]);
});

it('sorts by numbers and by names', () => {
    expect(ids('shown', 'desc')).toEqual([3, 1, 2]);
    expect(ids('name', 'asc')).toEqual([2, 1, 3]);
});

it('shows first the record that knows more', () => {
    expect(fullerOf(rows)).toBe('history');
    expect(fullerOf([row(1, 'a', outcomes(3), outcomes(4))])).toBe('decisions');
});
