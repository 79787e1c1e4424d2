import { Group, MultiSelect, NativeSelect, NumberInput, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ValueEditorProps } from 'react-querybuilder';
import { RAW } from './logic';

const numbers = (value: unknown): (number | string)[] =>
    Array.isArray(value) ? (value as (number | string)[]) : ['', ''];

// JsonLogic compares like with like: a number is a number from the first keystroke on.
const asNumber = (value: string | number): number | string =>
    typeof value === 'number' ? value : value === '' ? '' : Number(value);

/** The right-hand side of a condition, by what is compared and how. */
export function RuleValue(props: ValueEditorProps) {
    const { t } = useTranslation();
    const { operator, value, handleOnChange, fieldData, valueSource, title, values } = props;
    const common = { size: 'xs' as const, 'aria-label': title };
    if (props.field === RAW) {
        return (
            <Textarea
                {...common}
                value={String(value)}
                onChange={(e) => handleOnChange(e.currentTarget.value)}
                autosize
                minRows={1}
                dir="ltr"
                ff="monospace"
                miw={220}
                style={{ flexGrow: 1 }}
            />
        );
    }
    if (operator === 'missing' || operator === 'known') {
        return null;
    }
    if (valueSource === 'field') {
        const options = (values ?? []).map((v) => ({ value: String(v.name ?? ''), label: String(v.label ?? v.name) }));
        return (
            <NativeSelect
                {...common}
                value={String(value ?? '')}
                onChange={(e) => handleOnChange(e.currentTarget.value)}
                data={options}
            />
        );
    }
    if (fieldData.inputType === 'boolean') {
        return (
            <NativeSelect
                {...common}
                value={String(value === true)}
                onChange={(e) => handleOnChange(e.currentTarget.value === 'true')}
                data={[
                    { value: 'true', label: t('yes') },
                    { value: 'false', label: t('no') },
                ]}
            />
        );
    }
    if (fieldData.inputType === 'time' && !operator.startsWith('days')) {
        const text = String(value ?? '');
        return (
            <TextInput
                {...common}
                type={/^(\d{4}-\d\d-\d\d)?$/.test(text) ? 'date' : 'text'}
                dir="ltr"
                value={text}
                onChange={(e) => handleOnChange(e.currentTarget.value)}
            />
        );
    }
    const isNumber = fieldData.inputType === 'number' || operator.startsWith('days');
    const known = (fieldData.values as { name: string; label: string }[] | undefined)?.map((v) => ({
        value: v.name,
        label: v.label,
    }));
    if (operator === 'between') {
        const [low, high] = numbers(value);
        return (
            <Group gap={4} wrap="nowrap">
                <NumberInput
                    {...common}
                    w={90}
                    value={low ?? ''}
                    onChange={(v) => handleOnChange([asNumber(v), high ?? ''])}
                />
                <NumberInput
                    {...common}
                    w={90}
                    value={high ?? ''}
                    onChange={(v) => handleOnChange([low ?? '', asNumber(v)])}
                />
            </Group>
        );
    }
    if (operator === 'in' || operator === 'notIn') {
        const list = (Array.isArray(value) ? value : value === '' || value === null ? [] : [value]).map(String);
        const give = (next: string[]) => handleOnChange(isNumber ? next.map(Number).filter(Number.isFinite) : next);
        return known ? (
            <MultiSelect {...common} data={known} value={list} onChange={give} miw={200} />
        ) : (
            <TagsInput {...common} value={list} onChange={give} miw={200} />
        );
    }
    if (isNumber) {
        return (
            <NumberInput
                {...common}
                w={120}
                value={typeof value === 'number' ? value : ''}
                onChange={(v) => handleOnChange(asNumber(v))}
            />
        );
    }
    return known ? (
        <NativeSelect
            {...common}
            value={String(value ?? '')}
            onChange={(e) => handleOnChange(e.currentTarget.value)}
            data={[{ value: '', label: '–' }, ...known]}
        />
    ) : (
        <TextInput {...common} value={String(value ?? '')} onChange={(e) => handleOnChange(e.currentTarget.value)} />
    );
}
