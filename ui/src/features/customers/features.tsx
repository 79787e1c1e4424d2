import { TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { type Column, DataTable } from '@/shared/table/data-table';
import { useFormat } from '@/shared/format/use-format';
import { useFeatureWords } from '@/shared/told/feature-words';
import { Section } from '@/shared/ui/screen';

type Feature = Schemas['FeatureView'];

export function Features({ view }: { view: Schemas['CustomerView'] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const [find, setFind] = useState('');
    const wordsOf = useFeatureWords();
    const columns = useMemo<Column<Feature>[]>(
        () => [
            {
                id: 'name',
                title: t('Feature'),
                value: (f) => f.name,
                cell: (f) => <span title={f.words}>{f.name}</span>,
                width: 184,
            },
            {
                id: 'value',
                title: t('Value'),
                align: 'end',
                width: 104,
                value: (f) => f.text,
                cell: (f) => {
                    if (f.text === 'not known' || (f.text === '' && f.value === null)) {
                        return <span className="quiet">{t('not known')}</span>;
                    }
                    return <bdi>{f.text || format.decimal(f.value ?? 0, Number.isInteger(f.value) ? 0 : 2)}</bdi>;
                },
            },
            {
                id: 'words',
                title: t('Meaning'),
                value: (f) => wordsOf(f.name) ?? f.words,
                cell: (f) => wordsOf(f.name) ?? <bdi lang="en">{f.words}</bdi>,
                width: 170,
                wrap: true,
            },
        ],
        [t, format, wordsOf],
    );
    const rows = view.features.filter((f) =>
        `${f.name} ${f.words} ${wordsOf(f.name) ?? ''}`.toLowerCase().includes(find.toLowerCase()),
    );
    return (
        <Section title={t('What is known?')}>
            <DataTable
                name={t('Features of {{id}}', { id: view.customer_id })}
                columns={columns}
                rows={rows}
                rowId={(f) => f.name}
                height={320}
                toolbar={
                    <TextInput
                        size="xs"
                        type="search"
                        aria-label={t('Find a feature')}
                        placeholder={t('Find a feature')}
                        value={find}
                        onChange={(e) => setFind(e.currentTarget.value)}
                    />
                }
            />
        </Section>
    );
}
