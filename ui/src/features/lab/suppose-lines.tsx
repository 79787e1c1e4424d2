import { Button, CloseButton, NativeSelect, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useVariables, useVariableWords, type Variable } from '@/shared/rules/variables';
import { type Line, supposable } from './suppose';
import css from './lab.module.css';

/** What is supposed of the customer, a line for each value; what is left empty counts as not known. */
export function Suppose({ lines, onChange }: { lines: readonly Line[]; onChange: (lines: Line[]) => void }) {
    const { t } = useTranslation();
    const words = useVariableWords();
    const variables = supposable(useVariables('offer'));
    const taken = new Set(lines.map((line) => line.name));
    const put = (at: number, line: Line) => onChange(lines.map((old, i) => (i === at ? line : old)));
    return (
        <fieldset className={css.suppose}>
            <legend className="quiet small">{t('Suppose of the customer, in the place of what is known')}</legend>
            {lines.map((line, at) => (
                // Lines keep their places, and one has no name before it is chosen.
                <div key={at} className={css.supposed}>
                    <Select
                        size="xs"
                        searchable
                        aria-label={t('What is supposed')}
                        placeholder={t('What is supposed')}
                        data={variables
                            .filter(({ name }) => name === line.name || !taken.has(name))
                            .map(({ name }) => ({ value: name, label: words.nameOf(name) }))}
                        value={line.name || null}
                        onChange={(name) => put(at, { name: name ?? '', text: '' })}
                        className={css.variable}
                    />
                    <Value
                        variable={variables.find((v) => v.name === line.name)}
                        text={line.text}
                        valueOf={(value) => words.valueOf(line.name, value)}
                        onChange={(text) => put(at, { ...line, text })}
                    />
                    <CloseButton
                        size="sm"
                        aria-label={t('Do not suppose {{what}}', { what: words.nameOf(line.name) })}
                        onClick={() => onChange(lines.filter((_, i) => i !== at))}
                    />
                </div>
            ))}
            <Button size="compact-xs" variant="subtle" onClick={() => onChange([...lines, { name: '', text: '' }])}>
                {t('Suppose a value')}
            </Button>
        </fieldset>
    );
}

interface ValueProps {
    variable: Variable | undefined;
    text: string;
    valueOf: (value: string) => string;
    onChange: (text: string) => void;
}

function Value({ variable, text, valueOf, onChange }: ValueProps) {
    const { t } = useTranslation();
    const common = { size: 'xs' as const, 'aria-label': t('Supposed value'), className: css.value };
    const choices =
        variable?.kind === 'boolean'
            ? [
                  { value: 'true', label: t('yes') },
                  { value: 'false', label: t('no') },
              ]
            : variable?.values?.map((value) => ({ value, label: valueOf(value) }));
    if (choices) {
        return (
            <NativeSelect
                {...common}
                value={text}
                onChange={(e) => onChange(e.currentTarget.value)}
                data={[{ value: '', label: t('not known') }, ...choices]}
            />
        );
    }
    return (
        <TextInput
            {...common}
            type={variable?.kind === 'time' ? 'date' : 'text'}
            inputMode={variable?.kind === 'number' ? 'decimal' : undefined}
            placeholder={t('not known')}
            maxLength={255}
            value={text}
            onChange={(e) => onChange(e.currentTarget.value)}
        />
    );
}
