import { SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { type Column, DataTable } from '@/shared/table/data-table';
import { StateMark } from '@/shared/ui/marks';
import { Failed, Waiting } from '@/shared/ui/states';
import { type FigureRow, figureDays, fullerOf, type Origin, sorted } from './figures';
import { NotCounted, useOriginWords, useTakenWords } from './offer-figures';
import { Rate, RateBar } from './rate';

/** Every offer with what came of it; the whole catalogue, sorted here. */
export function FiguresTable() {
    const { t } = useTranslation();
    const search = useSearch({ from: '/shell/offers' });
    const navigate = useNavigate({ from: '/offers' });
    const days = figureDays.find((n) => n === search.days) ?? figureDays[0];
    const figures = $api.useQuery('get', '/api/v1/offers:figures', { params: { query: { days } } });
    const origins = useOriginWords();
    const taken = useTakenWords();
    const items = useMemo(() => figures.data?.items ?? [], [figures.data]);
    const origin = search.by ?? fullerOf(items);
    const by = { sort: search.sort ?? 'shown', order: search.order ?? 'desc' } as const;
    const columns = useColumns(origin, items);
    const set = (change: Record<string, unknown>) =>
        void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
    if (figures.isError) {
        return <Failed error={figures.error} onRetry={() => void figures.refetch()} />;
    }
    if (!figures.data) {
        return <Waiting />;
    }
    if (figures.data.taken_at === null) {
        return <NotCounted />;
    }
    return (
        <>
            <DataTable
                name={t('How offers do')}
                columns={columns}
                rows={sorted(items, by, origin)}
                rowId={(row) => String(row.offer_id)}
                sort={by}
                onSort={(sort) => set({ ...sort })}
                onOpen={(row) => set({ open: row.offer_id })}
                openId={String(search.open)}
                toolbar={
                    <>
                        <SegmentedControl
                            size="xs"
                            aria-label={t('In the last')}
                            value={String(days)}
                            onChange={(value) => set({ days: Number(value) })}
                            data={figureDays.map((n) => ({ value: String(n), label: t('{{n}} days', { n }) }))}
                        />
                        <SegmentedControl
                            size="xs"
                            aria-label={t('By which record')}
                            value={origin}
                            onChange={(value) => set({ by: value })}
                            data={(['history', 'decisions'] as const).map((value) => ({
                                value,
                                label: origins[value].title,
                            }))}
                        />
                    </>
                }
            />
            <p className="quiet small">
                {origins[origin].about} {taken(figures.data)}
            </p>
        </>
    );
}

function useColumns(origin: Origin, items: FigureRow[]): Column<FigureRow>[] {
    const { t } = useTranslation();
    const format = useFormat();
    return useMemo(() => {
        const most = Math.max(0, ...items.map((row) => row[origin].rate?.high ?? 0));
        const count = (id: 'shown' | 'viewed' | 'clicked' | 'converted' | 'rejected', title: string) => ({
            id,
            title,
            value: (row: FigureRow) => row[origin][id],
            cell: (row: FigureRow) => format.integer(row[origin][id]),
            sort: id,
            align: 'end' as const,
            width: 88,
        });
        return [
            { id: 'name', title: t('Name'), value: (row) => row.name, sort: 'name', width: 190 },
            {
                id: 'rate',
                title: t('Conversion rate'),
                value: (row) => row[origin].rate?.share ?? null,
                cell: (row) => <Rate of={row[origin]} />,
                sort: 'rate',
                align: 'end',
                width: 168,
            },
            count('shown', t('Shown')),
            count('viewed', t('Viewed')),
            count('clicked', t('Clicked')),
            count('converted', t('Converted')),
            { ...count('rejected', t('Rejected')), isHidden: true },
            {
                id: 'interval',
                title: t('Compared'),
                value: (row) => (row[origin].rate ? `${row[origin].rate.low} – ${row[origin].rate.high}` : ''),
                cell: (row) => <RateBar of={row[origin].rate} most={most} />,
                width: 140,
            },
            {
                id: 'status',
                title: t('Status'),
                value: (row) => row.status,
                cell: (row) => <StateMark state={row.is_active ? row.status : 'withdrawn'} />,
                width: 104,
            },
        ];
    }, [t, format, origin, items]);
}
