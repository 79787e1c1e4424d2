import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { type Column, DataTable } from '@/shared/table/data-table';
import { type ToldOffer, useConsidered } from '@/shared/told/considered';
import { useNames } from '@/shared/ui/names';

type Row = Schemas['Considered'] & { told: ToldOffer };

interface ConsideredProps {
    rows: Schemas['Considered'][];
    /** Of the amounts that the reasons name. */
    currency: string | undefined;
    filter?: string;
    onClear: () => void;
}

/** Every offer: where it dropped out, why, and what would have to change. */
export function Considered({ rows: considered, currency, filter, onClear }: ConsideredProps) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const tell = useConsidered(currency);
    const rows = useMemo(() => considered.map((one): Row => ({ ...one, told: tell(one) })), [considered, tell]);
    const columns = useMemo<Column<Row>[]>(
        () => [
            {
                id: 'name',
                title: t('Offer'),
                value: (r) => r.name,
                width: 196,
                cell: (r) => (
                    <Link to="/offers/$offerId" params={{ offerId: String(r.offer_id) }}>
                        <bdi>{r.name}</bdi>
                    </Link>
                ),
            },
            { id: 'offer_id', title: t('Id'), value: (r) => r.offer_id, align: 'end', width: 56 },
            {
                id: 'step',
                title: t('Got to'),
                value: (r) => names.step(r.step),
                cell: (r) => (r.step === 'shown' ? <b>{names.step(r.step)}</b> : names.step(r.step)),
                width: 104,
            },
            {
                id: 'why',
                title: t('Why'),
                value: ({ told }) => [told.why, told.rule].filter(Boolean).join(' '),
                cell: ({ told }) => (
                    <>
                        {told.why} {told.rule && <bdi lang="en">{told.rule}</bdi>}
                    </>
                ),
                width: 230,
                wrap: true,
            },
            {
                id: 'change',
                title: t('What would have to change'),
                value: ({ told }) => told.change,
                cell: ({ told }) => <bdi lang={told.isChangeForeign ? 'en' : undefined}>{told.change}</bdi>,
                width: 230,
                wrap: true,
            },
            {
                id: 'probability',
                title: t('Probability'),
                value: (r) => r.probability,
                cell: (r) => (r.probability === null ? '–' : format.percent(r.probability)),
                align: 'end',
                width: 104,
            },
            {
                id: 'score',
                title: t('Score'),
                value: (r) => r.score,
                cell: (r) => (r.score === null ? '–' : format.decimal(r.score, 3)),
                align: 'end',
                width: 84,
            },
        ],
        [t, format, names],
    );
    return (
        <DataTable
            name={t('Every offer and where it got to')}
            columns={columns}
            rows={rows}
            rowId={(r) => String(r.offer_id)}
            height={460}
            toolbar={
                filter && (
                    <>
                        <Text size="sm">{t('Only those that got to: {{step}}', { step: filter })}</Text>
                        <Button size="compact-xs" variant="default" onClick={onClear}>
                            {t('Show all')}
                        </Button>
                    </>
                )
            }
        />
    );
}
