import { Button, Menu, MultiSelect, Tabs, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import type { RowSelectionState } from '@tanstack/react-table';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { type Column, DataTable } from '@/shared/table/data-table';
import { stages } from '@/shared/theme/meaning';
import { StageMark, StateMark } from '@/shared/ui/marks';
import { useNames } from '@/shared/ui/names';
import { Screen } from '@/shared/ui/screen';
import { Empty, Failed } from '@/shared/ui/states';
import { segmentWords } from '@/shared/told/considered';
import { LinkButton } from '@/shared/ui/links';
import { BulkEdit } from './bulk-edit';
import { FiguresTable } from './figures-table';
import { categories, type Offer } from './offer';
import { OfferPanel } from './offer-panel';
import { filtersOf, useOffers } from './offers-query';

/** Each view has a sorting of its own. */
const none = { view: undefined, sort: undefined, order: undefined, open: undefined };

export function OffersScreen() {
    const { t } = useTranslation();
    const search = useSearch({ from: '/shell/offers' });
    const navigate = useNavigate({ from: '/offers' });
    const offers = useOffers(search);
    const { rows } = offers;
    const [selected, setSelected] = useState<RowSelectionState>({});
    const [isBulk, setBulk] = useState(false);
    const mayChange = useMay('offers');
    const columns = useColumns();
    const set = (change: Record<string, unknown>) =>
        void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
    const isFiltered = Object.keys(filtersOf(search)).length > 0;
    return (
        <Screen
            title={t('Offers')}
            about={t('What can be offered, to whom, in what words, how often and at what cost.')}
            actions={
                <>
                    <ExportMenu filters={filtersOf(search)} />
                    {mayChange && (
                        <>
                            <LinkButton variant="default" to="/offers/import">
                                {t('Import')}
                            </LinkButton>
                            <LinkButton to="/offers/new">{t('New offer')}</LinkButton>
                        </>
                    )}
                </>
            }
            panel={
                search.open !== undefined && (
                    <OfferPanel key={search.open} id={search.open} onClose={() => set({ open: undefined })} />
                )
            }
        >
            <Tabs
                value={search.view ?? 'catalogue'}
                onChange={(view) => {
                    const next = view === 'figures' ? { view: 'figures' as const } : {};
                    void navigate({ search: (old) => ({ ...old, ...none, ...next }), replace: true });
                }}
            >
                <Tabs.List>
                    <Tabs.Tab value="catalogue">{t('Catalogue')}</Tabs.Tab>
                    <Tabs.Tab value="figures">{t('How they do')}</Tabs.Tab>
                </Tabs.List>
            </Tabs>
            {search.view === 'figures' ? (
                <FiguresTable />
            ) : offers.error ? (
                <Failed error={offers.error} onRetry={offers.again} />
            ) : (
                <DataTable
                    name={t('Offers')}
                    columns={columns}
                    rows={rows}
                    rowId={(row) => String(row.offer_id)}
                    total={offers.total}
                    isLoading={offers.isLoading}
                    hasMore={offers.hasMore}
                    onMore={offers.more}
                    sort={{ sort: search.sort ?? 'offer_id', order: search.order ?? 'asc' }}
                    onSort={(sort) => set({ ...sort })}
                    onOpen={(row) => set({ open: row.offer_id })}
                    openId={String(search.open)}
                    selected={selected}
                    onSelected={mayChange ? setSelected : undefined}
                    toolbar={
                        <>
                            <Filters />
                            {Object.keys(selected).length > 0 && (
                                <Button size="xs" variant="light" onClick={() => setBulk(true)}>
                                    {t('Change the selected offers')}
                                </Button>
                            )}
                        </>
                    }
                    empty={
                        isFiltered ? (
                            <Empty
                                title={t('No offer fits these filters')}
                                action={
                                    <Button size="xs" variant="default" onClick={() => void navigate({ search: {} })}>
                                        {t('Clear the filters')}
                                    </Button>
                                }
                            />
                        ) : (
                            <Empty
                                title={t('Your offers will appear here')}
                                action={
                                    mayChange && <LinkButton to="/offers/new">{t('Create the first offer')}</LinkButton>
                                }
                            >
                                {t('Create one by hand, import a CSV or JSON file, or connect a source under Sync.')}
                            </Empty>
                        )
                    }
                />
            )}
            {isBulk && (
                <BulkEdit
                    offers={rows.filter((row) => selected[String(row.offer_id)])}
                    onClose={() => setBulk(false)}
                    onDone={() => {
                        setBulk(false);
                        setSelected({});
                    }}
                />
            )}
        </Screen>
    );
}

function useColumns(): Column<Offer>[] {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    return useMemo(
        () => [
            { id: 'name', title: t('Name'), value: (o) => o.name, sort: 'name', width: 220 },
            { id: 'offer_id', title: t('Id'), value: (o) => o.offer_id, sort: 'offer_id', width: 68, align: 'end' },
            {
                id: 'status',
                title: t('Status'),
                value: (o) => o.status,
                cell: (o) => <StateMark state={o.is_active ? o.status : 'withdrawn'} />,
                sort: 'status',
                width: 92,
            },
            { id: 'category', title: t('Category'), value: (o) => o.category, sort: 'category', width: 100 },
            {
                id: 'stage',
                title: t('Stage'),
                value: (o) => o.lifecycle_stage,
                cell: (o) =>
                    o.lifecycle_stage ? (
                        <StageMark stage={o.lifecycle_stage} />
                    ) : (
                        <span className="quiet">{t('any')}</span>
                    ),
                width: 116,
            },
            {
                id: 'segment',
                title: t('Segment'),
                value: (o) => o.target_segment,
                cell: (o) =>
                    o.target_segment ? (
                        <bdi>{segmentWords(o.target_segment, names)}</bdi>
                    ) : (
                        <span className="quiet">{t('all')}</span>
                    ),
                width: 116,
            },
            {
                id: 'value',
                title: t('Value'),
                value: (o) => o.value,
                cell: (o) => (o.value === null ? '–' : format.money(o.value, o.currency)),
                align: 'end',
                width: 92,
            },
            {
                id: 'weight',
                title: t('Weight'),
                value: (o) => o.weight,
                cell: (o) => format.decimal(o.weight),
                sort: 'weight',
                align: 'end',
                width: 76,
            },
            {
                id: 'valid_until',
                title: t('Valid until'),
                value: (o) => o.valid_until,
                cell: (o) => (o.valid_until ? format.date(o.valid_until) : '–'),
                width: 108,
            },
            { id: 'source', title: t('From'), value: (o) => o.external_system, width: 100, isHidden: true },
            {
                id: 'updated_at',
                title: t('Changed'),
                value: (o) => o.updated_at,
                cell: (o) => format.ago(o.updated_at),
                sort: 'updated_at',
                width: 124,
                isHidden: true,
            },
            { id: 'tags', title: t('Tags'), value: (o) => o.tags.join('; '), isHidden: true },
            { id: 'channels', title: t('Channels'), value: (o) => o.channels.join('; '), isHidden: true },
            {
                id: 'redemption_cost',
                title: t('Redemption cost'),
                value: (o) => o.redemption_cost,
                align: 'end',
                isHidden: true,
            },
        ],
        [t, format, names],
    );
}

function Filters() {
    const { t } = useTranslation();
    const names = useNames();
    const search = useSearch({ from: '/shell/offers' });
    const navigate = useNavigate({ from: '/offers' });
    const set = (change: Record<string, unknown>) =>
        void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
    const find = useDebouncedCallback((q: string) => set({ q: q || undefined }), 200);
    const pick = (
        name: 'status' | 'lifecycle_stage' | 'category',
        label: string,
        data: { value: string; label: string }[],
    ) => (
        <MultiSelect
            size="xs"
            w={150}
            clearable
            searchable
            hidePickedOptions
            aria-label={label}
            placeholder={search[name] ? undefined : label}
            clearButtonProps={{ 'aria-label': t('Clear: {{filter}}', { filter: label }) }}
            data={data}
            value={search[name]?.split(',') ?? []}
            onChange={(values) => set({ [name]: values.join(',') || undefined })}
        />
    );
    return (
        <>
            <TextInput
                size="xs"
                w={220}
                type="search"
                data-screen-search
                placeholder={t('Search offers')}
                aria-label={t('Search offers')}
                defaultValue={search.q ?? ''}
                onChange={(e) => find(e.currentTarget.value)}
            />
            {pick(
                'status',
                t('Status'),
                ['draft', 'live', 'paused', 'retired'].map((v) => ({ value: v, label: names.state(v) })),
            )}
            {pick(
                'lifecycle_stage',
                t('Stage'),
                stages.map((v) => ({ value: v, label: names.stage(v) })),
            )}
            {pick(
                'category',
                t('Category'),
                categories.map((v) => ({ value: v, label: v })),
            )}
        </>
    );
}

function ExportMenu({ filters }: { filters: Record<string, string> }) {
    const { t } = useTranslation();
    const href = (format: string) =>
        `/api/v1/offers:export?${new URLSearchParams({ ...filters, format, bom: String(format === 'csv') })}`;
    return (
        <Menu position="bottom-end">
            <Menu.Target>
                <Button variant="default">{t('Export')}</Button>
            </Menu.Target>
            <Menu.Dropdown>
                <Menu.Label>{t('All that the filters select, without loss')}</Menu.Label>
                <Menu.Item component="a" href={href('csv')} download="offers.csv">
                    CSV
                </Menu.Item>
                <Menu.Item component="a" href={href('json')} download="offers.json">
                    JSON
                </Menu.Item>
            </Menu.Dropdown>
        </Menu>
    );
}
