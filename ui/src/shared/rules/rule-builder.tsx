import {
    Alert,
    Button,
    CloseButton,
    Group,
    JsonInput,
    NativeSelect,
    SegmentedControl,
    Stack,
    Text,
} from '@mantine/core';
import { QueryBuilderMantine } from '@react-querybuilder/mantine';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
    type ActionProps,
    type FullField,
    type FullOperator,
    type FullOption,
    QueryBuilder,
    type RuleGroupType,
    type ValueSelectorProps,
} from 'react-querybuilder';
import 'react-querybuilder/dist/query-builder.css';
import { brokenParts, type Drawn, type DrawnGroup, fromLogic, type Logic, RAW, sameLogic, toLogic } from './logic';
import css from './rule-builder.module.css';
import { RuleValue } from './rule-value';
import { type RuleOf, useVariables, useVariableWords, type Variable } from './variables';
import { ruleInWords } from './words';

interface RuleBuilderProps {
    label: string;
    value: Logic;
    /** Called with each rule that can be read; undefined while a part is no JSON. */
    onChange: (rule: Logic | undefined) => void;
    /** Whose rule it is: what it may name depends on it. */
    of: RuleOf;
    /** What may be named here alone. */
    extra?: readonly Variable[];
    error?: string;
}

type View = 'drawn' | 'text';

const controls = {
    valueEditor: RuleValue,
    addRuleAction: Add,
    addGroupAction: Add,
    removeRuleAction: Remove,
    removeGroupAction: Remove,
    fieldSelector: Choice,
    operatorSelector: Choice,
    combinatorSelector: Choice,
    valueSourceSelector: Choice,
};

/** Edits a JsonLogic rule without losing any of it: what cannot be drawn is shown, and can be changed, as text. */
export function RuleBuilder({ label, value, onChange, of, extra, error }: RuleBuilderProps) {
    const { t } = useTranslation();
    const words = useVariableWords();
    const [view, setView] = useState<View>('drawn');
    const [tree, setTree] = useState<DrawnGroup>(() => fromLogic(value));
    const given = useRef(value);
    // A rule that came from elsewhere (another offer, a reset) is drawn anew; one's own change is not.
    if (!sameLogic(given.current, value)) {
        given.current = value;
        setTree(fromLogic(value));
    }
    const give = (rule: Logic | undefined) => {
        if (rule !== undefined) {
            given.current = rule;
        }
        onChange(rule);
    };
    const draw = (next: DrawnGroup) => {
        setTree(next);
        give(brokenParts(next).length > 0 ? undefined : toLogic(next));
    };
    const broken = brokenParts(tree);
    return (
        <Stack gap="xs" role="group" aria-label={label}>
            <Group justify="space-between">
                <Text fw={500}>{label}</Text>
                <SegmentedControl
                    size="xs"
                    aria-label={t('How the rule is shown')}
                    value={view}
                    onChange={(next) => setView(next as View)}
                    data={[
                        { value: 'drawn', label: t('Builder') },
                        { value: 'text', label: t('JSON') },
                    ]}
                />
            </Group>
            {view === 'drawn' ? (
                <Tree tree={tree} onTree={draw} of={of} extra={extra} />
            ) : (
                <RuleText
                    value={value}
                    onRule={(rule) => {
                        give(rule);
                        if (rule !== undefined) {
                            setTree(fromLogic(rule));
                        }
                    }}
                />
            )}
            {broken.length > 0 && (
                <Alert color="red" p="xs">
                    {t('A part of the rule is not JSON yet; the rule is not used until it is.')}
                </Alert>
            )}
            {error && (
                <Alert color="red" p="xs" className="wrap lines" role="alert">
                    {error}
                </Alert>
            )}
            {broken.length === 0 && (
                <Text className="quiet small wrap" dir="auto">
                    {t('Reads: {{rule}}', { rule: ruleInWords(toLogic(tree), t, words) })}
                </Text>
            )}
        </Stack>
    );
}

function RuleText({ value, onRule }: { value: Logic; onRule: (rule: Logic | undefined) => void }) {
    const { t } = useTranslation();
    const [text, setText] = useState(() => JSON.stringify(value ?? null, null, 2));
    const change = (next: string) => {
        setText(next);
        try {
            onRule(JSON.parse(next === '' ? 'null' : next));
        } catch {
            onRule(undefined);
        }
    };
    return (
        <JsonInput
            aria-label={t('Rule as JSON')}
            value={text}
            onChange={change}
            autosize
            minRows={4}
            maxRows={20}
            validationError={t('This is not JSON yet')}
            dir="ltr"
            ff="monospace"
        />
    );
}

/** What may stand between two variables. */
const comparable = new Set(['<', '<=', '>', '>=', '==', '!=']);

function useOperators() {
    const { t } = useTranslation();
    return useMemo(() => {
        const all = {
            '==': t('is'),
            '!=': t('is not'),
            '<': '<',
            '<=': '≤',
            '>': '>',
            '>=': '≥',
            between: t('between'),
            in: t('one of'),
            notIn: t('none of'),
            contains: t('contains'),
            lacks: t('does not contain'),
            'days<': t('less than … days ago'),
            'days>': t('more than … days ago'),
            'days<=': t('at most … days ago'),
            'days>=': t('at least … days ago'),
            missing: t('not known'),
            known: t('known'),
        };
        const make = (names: (keyof typeof all)[]): FullOperator[] =>
            names.map((name) => ({ name, value: name, label: all[name] }));
        return {
            number: make(['<', '<=', '>', '>=', '==', '!=', 'between', 'in', 'notIn', 'missing', 'known']),
            text: make(['==', '!=', 'in', 'notIn', 'contains', 'lacks', 'missing', 'known', '<', '<=', '>', '>=']),
            boolean: make(['==', '!=', 'missing', 'known']),
            time: [
                ...make(['days<', 'days>', 'days<=', 'days>=']),
                { name: '<', value: '<', label: t('before') },
                { name: '>=', value: '>=', label: t('from … on') },
                ...make(['<=', '>', 'missing', 'known']),
            ],
            list: make(['contains', 'lacks', 'missing', 'known']),
            raw: [{ name: '=', value: '=', label: t('as text') }] as FullOperator[],
        };
    }, [t]);
}

/** Every variable that may be named or is named already: one that no profile has any more still shows. */
function namedIn(tree: DrawnGroup): string[] {
    return tree.rules.flatMap((rule) => {
        const drawn = rule as Drawn | DrawnGroup;
        if ('rules' in drawn) {
            return namedIn(drawn);
        }
        return drawn.valueSource === 'field' ? [drawn.field, String(drawn.value)] : [drawn.field];
    });
}

function Tree({
    tree,
    onTree,
    of,
    extra,
}: {
    tree: DrawnGroup;
    onTree: (tree: DrawnGroup) => void;
    of: RuleOf;
    extra?: readonly Variable[];
}) {
    const { t } = useTranslation();
    const variables = useVariables(of, extra);
    const operators = useOperators();
    const { nameOf, valueOf } = useVariableWords();
    const named = JSON.stringify([...new Set(namedIn(tree))]);
    const fields = useMemo(() => {
        const unknown = (JSON.parse(named) as string[])
            .filter((name) => name !== RAW && !variables.some((v) => v.name === name))
            .map((name): Variable => ({ name, kind: 'number' }));
        const all = [...variables, ...unknown].map((v): FullField => ({
            name: v.name,
            value: v.name,
            label: nameOf(v.name),
            operators: operators[v.kind],
            valueSources: (operator) =>
                (v.kind === 'number' || v.kind === 'time') && comparable.has(operator)
                    ? [
                          { name: 'value', value: 'value', label: t('a value') },
                          { name: 'field', value: 'field', label: t('a variable') },
                      ]
                    : ['value'],
            inputType: v.kind,
            values: v.values?.map((name) => ({ name, value: name, label: valueOf(v.name, name) })),
            defaultOperator: operators[v.kind][0]!.name,
            defaultValue: v.kind === 'boolean' ? true : '',
        }));
        return [
            ...all,
            { name: RAW, value: RAW, label: t('Other (JSON)'), operators: operators.raw, defaultValue: 'true' },
        ];
    }, [variables, operators, named, nameOf, valueOf, t]);
    return (
        <div className={css.builder}>
            <QueryBuilderMantine>
                <QueryBuilder
                    fields={fields as FullField[]}
                    query={tree as RuleGroupType}
                    onQueryChange={(next) => onTree(next as DrawnGroup)}
                    controlElements={controls}
                    showNotToggle
                    resetOnFieldChange
                    addRuleToNewGroups
                    combinators={[
                        { name: 'and', value: 'and', label: t('all of') },
                        { name: 'or', value: 'or', label: t('any of') },
                    ]}
                    translations={{
                        addRule: { label: t('Condition'), title: t('Add a condition') },
                        addGroup: { label: t('Group'), title: t('Add a group of conditions') },
                        removeRule: { title: t('Remove the condition') },
                        removeGroup: { title: t('Remove the group') },
                        notToggle: { label: t('not'), title: t('Turn the group into its opposite') },
                        fields: { title: t('What is compared') },
                        operators: { title: t('How it is compared') },
                        combinators: { title: t('All or any of the conditions') },
                        value: { title: t('Value') },
                        valueSourceSelector: { title: t('A value, or another variable') },
                    }}
                />
            </QueryBuilderMantine>
        </div>
    );
}

function Choice({ options, value, handleOnChange, title, disabled, className }: ValueSelectorProps) {
    // Lists without groups: boon makes none.
    const data = (options as FullOption[]).map((option) => ({ value: option.name, label: option.label }));
    return (
        <NativeSelect
            size="xs"
            className={className}
            aria-label={title}
            value={String(value ?? '')}
            disabled={disabled}
            data={data}
            onChange={(event) => handleOnChange(event.currentTarget.value)}
        />
    );
}

function Add(props: ActionProps) {
    return (
        <Button
            size="compact-xs"
            variant="default"
            title={props.title}
            disabled={props.disabled}
            onClick={(e) => props.handleOnClick(e)}
        >
            + {props.label}
        </Button>
    );
}

/** Quiet until it is pointed at: a rule is read more often than it is taken apart. */
function Remove({ title, handleOnClick, disabled, className }: ActionProps) {
    return (
        <CloseButton
            size="sm"
            className={className}
            title={title}
            aria-label={title}
            disabled={disabled}
            onClick={(event) => handleOnClick(event)}
        />
    );
}
