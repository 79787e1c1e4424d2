// JsonLogic as the tree that the rule builder draws, and back, without loss: what the tree cannot hold becomes a
// part that is kept and shown as text. `toLogic(fromLogic(rule))` is `rule` for every rule.
import type { RuleGroupType, RuleType } from 'react-querybuilder';

export type Logic = unknown;

/** The field of a part that is kept as JSON text in `value`. */
export const RAW = '~text';

export type Drawn = RuleType & {
    /** The one argument of `!` or `days_since` stands in a list. */
    isWrapped?: boolean;
};
export type DrawnGroup = RuleGroupType<Drawn> & {
    /** The rule is its one part itself, without an `and` around it. */
    isSingle?: boolean;
    /** `{"!": [x]}`, not `{"!": x}`. */
    isWrapped?: boolean;
};

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);

export const isGroup = (part: Drawn | DrawnGroup): part is DrawnGroup => 'rules' in part;

export function sameLogic(a: unknown, b: unknown): boolean {
    if (Object.is(a, b)) {
        return true;
    }
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
        return false;
    }
    if (Array.isArray(a) !== Array.isArray(b)) {
        return false;
    }
    const left = Object.entries(a);
    const right = b as Record<string, unknown>;
    return (
        left.length === Object.keys(b).length &&
        left.every(([name, value]) => Object.hasOwn(right, name) && sameLogic(value, right[name]))
    );
}

function only(node: unknown): [string, unknown] | undefined {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) {
        return undefined;
    }
    const entries = Object.entries(node);
    return entries.length === 1 ? entries[0] : undefined;
}

function variable(node: unknown): string | undefined {
    const [name, value] = only(node) ?? [];
    return name === 'var' && typeof value === 'string' && value !== RAW && value !== '' ? value : undefined;
}

const isConstant = (node: unknown): node is string | number | boolean =>
    ['string', 'number', 'boolean'].includes(typeof node);

/** `{"days_since": {"var": x}}`, or with its argument in a list. */
function daysSince(node: unknown): { field: string; isWrapped?: boolean } | undefined {
    const [name, value] = only(node) ?? [];
    if (name !== 'days_since') {
        return undefined;
    }
    const isWrapped = Array.isArray(value) && value.length === 1;
    const field = variable(isWrapped ? value[0] : value);
    return field === undefined ? undefined : { field, ...(isWrapped ? { isWrapped } : {}) };
}

function compared(operator: string, parts: unknown[]): Drawn | undefined {
    const [left, right, third] = parts;
    const field = variable(left);
    const days = daysSince(left);
    if (days && parts.length === 2 && typeof right === 'number' && /[<>]/.test(operator)) {
        return { ...days, operator: `days${operator}`, value: right };
    }
    if (parts.length === 2 && field !== undefined) {
        const other = variable(right);
        if (other !== undefined) {
            return { field, operator, value: other, valueSource: 'field' };
        }
        return isConstant(right) ? { field, operator, value: right } : undefined;
    }
    const middle = variable(right);
    if (parts.length === 3 && operator === '<=' && middle && typeof left === 'number' && typeof third === 'number') {
        return { field: middle, operator: 'between', value: [left, third] };
    }
    return undefined;
}

function drawnRule(node: unknown): Drawn | undefined {
    const [name, value] = only(node) ?? [];
    if (name === undefined) {
        return undefined;
    }
    if (name === '!') {
        const isWrapped = Array.isArray(value) && value.length === 1;
        const inner = drawnRule(isWrapped ? value[0] : value);
        const opposite = inner && { in: 'notIn', missing: 'known', contains: 'lacks' }[inner.operator];
        return inner && opposite ? { ...inner, operator: opposite, ...(isWrapped ? { isWrapped } : {}) } : undefined;
    }
    if (!Array.isArray(value)) {
        return undefined;
    }
    if (comparisons.has(name)) {
        return compared(name, value);
    }
    if (name === 'in') {
        const field = variable(value[0]);
        const list = value[1];
        const holder = variable(list);
        if (holder && typeof value[0] === 'string') {
            return { field: holder, operator: 'contains', value: value[0] };
        }
        return field && Array.isArray(list) && list.every(isConstant)
            ? { field, operator: 'in', value: list }
            : undefined;
    }
    if (name === 'missing' && value.length === 1 && typeof value[0] === 'string') {
        return { field: value[0], operator: 'missing', value: null };
    }
    return undefined;
}

function drawnGroup(node: unknown): DrawnGroup | undefined {
    const [name, value] = only(node) ?? [];
    if (name === '!') {
        const isWrapped = Array.isArray(value) && value.length === 1;
        const inner = drawnGroup(isWrapped ? value[0] : value);
        return inner && !inner.not ? { ...inner, not: true, ...(isWrapped ? { isWrapped } : {}) } : undefined;
    }
    if ((name === 'and' || name === 'or') && Array.isArray(value)) {
        return { combinator: name, rules: value.map(part) };
    }
    return undefined;
}

function part(node: Logic): Drawn | DrawnGroup {
    const drawn = drawnGroup(node) ?? drawnRule(node);
    return drawn && sameLogic(logicOf(drawn), node)
        ? drawn
        : { field: RAW, operator: '=', value: JSON.stringify(node) };
}

/** The tree of a rule; null (no rule) is the empty tree. */
export function fromLogic(rule: Logic): DrawnGroup {
    if (rule === null || rule === undefined) {
        return { combinator: 'and', rules: [], isSingle: true };
    }
    const drawn = part(rule);
    return isGroup(drawn) ? drawn : { combinator: 'and', rules: [drawn], isSingle: true };
}

function ruleLogic(rule: Drawn): Logic {
    const { field, operator, value } = rule;
    if (operator.startsWith('days')) {
        const since = { var: field };
        return { [operator.slice(4)]: [{ days_since: rule.isWrapped ? [since] : since }, value] };
    }
    const wrap = (inner: Logic) => ({ '!': rule.isWrapped ? [inner] : inner });
    const list = Array.isArray(value) ? value : value === '' || value === null || value === undefined ? [] : [value];
    switch (operator) {
        case 'between':
            return { '<=': [list[0], { var: field }, list[1]] };
        case 'in':
            return { in: [{ var: field }, list] };
        case 'notIn':
            return wrap({ in: [{ var: field }, list] });
        case 'contains':
            return { in: [value, { var: field }] };
        case 'lacks':
            return wrap({ in: [value, { var: field }] });
        case 'missing':
            return { missing: [field] };
        case 'known':
            return wrap({ missing: [field] });
        default:
            return { [operator]: [{ var: field }, rule.valueSource === 'field' ? { var: value } : value] };
    }
}

function logicOf(drawn: Drawn | DrawnGroup): Logic {
    if (!isGroup(drawn)) {
        return drawn.field === RAW ? JSON.parse(String(drawn.value)) : ruleLogic(drawn);
    }
    const parts = drawn.rules.map((rule) => logicOf(rule as Drawn | DrawnGroup));
    const inner = { [drawn.combinator]: parts };
    if (!drawn.not) {
        return inner;
    }
    return { '!': drawn.isWrapped ? [inner] : inner };
}

/** The rule of a tree; null for an empty one. Throws SyntaxError when a text part is no JSON. */
export function toLogic(tree: DrawnGroup): Logic {
    const [first] = tree.rules;
    if (tree.isSingle && !tree.not && tree.rules.length <= 1) {
        return first === undefined ? null : logicOf(first as Drawn | DrawnGroup);
    }
    return logicOf(tree);
}

/** The text parts of a tree that are no JSON yet. */
export function brokenParts(tree: DrawnGroup): string[] {
    return tree.rules.flatMap((rule) => {
        const drawn = rule as Drawn | DrawnGroup;
        if (isGroup(drawn)) {
            return brokenParts(drawn);
        }
        if (drawn.field !== RAW) {
            return [];
        }
        try {
            JSON.parse(String(drawn.value));
            return [];
        } catch {
            return [String(drawn.value)];
        }
    });
}
