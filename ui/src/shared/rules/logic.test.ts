import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brokenParts, fromLogic, isGroup, RAW, toLogic, type Drawn, type DrawnGroup } from './logic';

const texts = (tree: DrawnGroup): string[] =>
    tree.rules.flatMap((rule) => {
        const drawn = rule as Drawn | DrawnGroup;
        return isGroup(drawn) ? texts(drawn) : drawn.field === RAW ? [String(drawn.value)] : [];
    });

describe('rules that the tree can draw', () => {
    const drawable: unknown[] = [
        { and: [{ '<': [{ var: 'days' }, 30] }, { in: [{ var: 'stage' }, ['growth', 'retention']] }] },
        { or: [{ missing: ['x'] }, { '!': { missing: ['x'] } }, { '!': [{ missing: ['x'] }] }] },
        { '!': { or: [{ '==': [{ var: 'a' }, 'x'] }, { and: [] }] } },
        { '<=': [0, { var: 'x' }, 10] },
        { '>': [{ var: 'last_activity_days' }, { var: 'limit.silent_days' }] },
        { '!': { in: [{ var: 'stage' }, ['churn']] } },
        { '==': [{ var: 'stage' }, 'churn'] },
        { and: [{ '==': [{ var: 'in_base' }, true] }, { '!=': [{ var: 'in_base' }, false] }] },
        { '<': [{ days_since: [{ var: 'at' }] }, 30] },
        { '>=': [{ days_since: { var: 'at' } }, 0.5] },
        { '<': [{ var: 'at' }, '2026-03-01'] },
        { or: [{ in: ['vip', { var: 'tags' }] }, { '!': { in: ['vip', { var: 'tags' }] } }] },
        null,
    ];
    it.each(drawable.map((rule) => [JSON.stringify(rule), rule]))('%s comes back, with nothing as text', (_, rule) => {
        const tree = fromLogic(rule);
        expect(texts(tree)).toEqual([]);
        expect(toLogic(tree)).toEqual(rule);
    });
});

describe('rules that the tree cannot draw', () => {
    const hard: unknown[] = [
        true,
        0,
        { '===': [{ var: 'a' }, 1] },
        { '<': [30, { var: 'days' }] },
        { '<': [{ '-': [{ var: 'a' }, { var: 'b' }] }, 3] },
        { '<': [{ days_since: [{ var: 'at' }] }, { var: 'limit' }] },
        { '<': [{ days_since: ['2026-03-01'] }, 30] },
        { '==': [{ days_since: { var: 'at' } }, 30] },
        { in: [1, { var: 'name' }] },
        { if: [{ '>': [{ var: 'a' }, 1] }, true, false] },
        { '==': [{ var: ['x', 0] }, 0] },
        { '==': [{ var: RAW }, 0] },
        { '<': [0, { var: 'x' }, 10] },
        { and: [{ '<': [{ var: 'a' }, 1] }], or: [] },
        { missing: ['a', 'b'] },
        { '!': { '!': { and: [] } } },
    ];
    it.each(hard.map((rule) => [JSON.stringify(rule), rule]))('%s is kept as text and comes back', (_, rule) => {
        const tree = fromLogic(rule);
        expect(texts(tree)).toHaveLength(1);
        expect(toLogic(tree)).toEqual(rule);
    });

    it('keeps only the part that it cannot draw as text', () => {
        const rule = { and: [{ '<': [{ var: 'a' }, 1] }, { '===': [{ var: 'b' }, 2] }] };
        expect(texts(fromLogic(rule))).toEqual(['{"===":[{"var":"b"},2]}']);
    });
});

it('brings back every rule of the server’s own cases', () => {
    const folder = `${import.meta.dirname}/../../../../tests/rules`;
    const read = (name: string): unknown => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
    // See tests/rules/README.md: triples of rule, data and result; or members called `rule`.
    const triples = (list: unknown) => (list as unknown[]).filter(Array.isArray).map((triple) => triple[0] as unknown);
    const members = (node: unknown): unknown[] =>
        node === null || typeof node !== 'object'
            ? []
            : [...('rule' in node ? [node.rule] : []), ...Object.values(node).flatMap(members)];
    const rules = [...triples(read('original.json')), ...triples(read('peer.json')), ...members(read('strict.json'))];
    expect(rules.length).toBeGreaterThan(300);
    for (const rule of rules) {
        expect(toLogic(fromLogic(rule))).toEqual(rule);
    }
});

it('names the text parts that are no JSON', () => {
    const tree: DrawnGroup = { combinator: 'and', rules: [{ field: RAW, operator: '=', value: '{"<": [' }] };
    expect(brokenParts(tree)).toEqual(['{"<": [']);
    expect(() => toLogic(tree)).toThrow(SyntaxError);
});

it('makes a list of two parts from what was one', () => {
    const tree = fromLogic({ '<': [{ var: 'a' }, 1] });
    const more = { ...tree, rules: [...tree.rules, { field: 'b', operator: '==', value: 2 }] };
    expect(toLogic(more)).toEqual({ and: [{ '<': [{ var: 'a' }, 1] }, { '==': [{ var: 'b' }, 2] }] });
});
