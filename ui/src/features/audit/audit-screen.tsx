import { Alert, Button, Code, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import { useFormat } from '@/shared/format/use-format';
import { type Column, DataTable } from '@/shared/table/data-table';
import { Fact } from '@/shared/ui/confirm';
import { Screen } from '@/shared/ui/screen';
import { JsonBlock } from '@/shared/ui/json-block';
import { SidePanel } from '@/shared/ui/side-panel';
import { Empty, Failed } from '@/shared/ui/states';

type Row = Schemas['AuditRow'];

export function AuditScreen() {
    const { t } = useTranslation();
    const { open, ...filters } = useSearch({ from: '/shell/audit' });
    const navigate = useNavigate({ from: '/audit' });
    const set = (change: Record<string, unknown>) =>
        void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
    const type = useDebouncedCallback(set, 250);
    const entries = useList('/api/v1/audit', filters, (cursor) =>
        dataOf(
            api.GET('/api/v1/audit', { params: { query: { ...filters, limit: 100, ...(cursor ? { cursor } : {}) } } }),
        ),
    );
    const columns = useColumns();
    const chosen = entries.rows.find((row) => row.seq === open);
    const text = (name: 'who' | 'what' | 'target', label: string) => (
        <TextInput
            size="xs"
            w={150}
            aria-label={label}
            placeholder={label}
            defaultValue={filters[name] ?? ''}
            onChange={(e) => type({ [name]: e.currentTarget.value || undefined })}
        />
    );
    return (
        <Screen
            needs="audit"
            title={t('Audit log')}
            about={t(
                'Every change: who, what, when, and the object before and after. Entries are chained, so that a changed one is found.',
            )}
            actions={<Verify />}
            panel={chosen && <Entry row={chosen} onClose={() => set({ open: undefined })} />}
        >
            {entries.error ? (
                <Failed error={entries.error} onRetry={entries.again} />
            ) : (
                <DataTable
                    name={t('Audit log')}
                    columns={columns}
                    rows={entries.rows}
                    rowId={(row) => String(row.seq)}
                    isLoading={entries.isLoading}
                    hasMore={entries.hasMore}
                    onMore={entries.more}
                    onOpen={(row) => set({ open: row.seq })}
                    openId={String(open)}
                    empty={<Empty title={t('No entry fits these filters')} />}
                    toolbar={
                        <>
                            {text('who', t('Who'))}
                            {text('what', t('What'))}
                            {text('target', t('Which'))}
                        </>
                    }
                />
            )}
        </Screen>
    );
}

function useColumns(): Column<Row>[] {
    const { t } = useTranslation();
    const format = useFormat();
    return useMemo(
        () => [
            { id: 'seq', title: t('No.'), value: (r) => r.seq, align: 'end', width: 72 },
            { id: 'at', title: t('When'), value: (r) => r.at, cell: (r) => format.dateTime(r.at), width: 180 },
            { id: 'who', title: t('Who'), value: (r) => r.who, width: 180 },
            { id: 'what', title: t('What'), value: (r) => r.what, width: 180 },
            { id: 'target', title: t('Which'), value: (r) => r.target, width: 260 },
        ],
        [t, format],
    );
}

function Entry({ row, onClose }: { row: Row; onClose: () => void }) {
    const { t } = useTranslation();
    const format = useFormat();
    return (
        <SidePanel title={row.what} onClose={onClose}>
            <Stack gap="sm" component="dl" m={0}>
                <Fact label={t('Who')}>{row.who}</Fact>
                <Fact label={t('When')}>{format.dateTime(row.at)}</Fact>
                <Fact label={t('Which')}>{row.target}</Fact>
                <Fact label={t('Before')}>
                    <JsonBlock value={row.before} />
                </Fact>
                <Fact label={t('After')}>
                    <JsonBlock value={row.erased ? t('erased') : row.after} />
                </Fact>
                <Fact label={t('Hash')}>
                    <Code>{row.hash}</Code>
                </Fact>
            </Stack>
        </SidePanel>
    );
}

function Verify() {
    const { t } = useTranslation();
    const format = useFormat();
    const chain = useQuery({
        queryKey: ['get', '/api/v1/audit:verify'],
        queryFn: () => dataOf(api.GET('/api/v1/audit:verify')),
        enabled: false,
    });
    return (
        <>
            {chain.data && (
                <Alert p="xs" color={chain.data.whole ? 'teal' : 'red'} role="status">
                    {chain.data.whole
                        ? t('All {{n}} entries are as they were written.', { n: format.integer(chain.data.entries) })
                        : t('Entry {{n}} is not what it was: {{why}}', {
                              n: chain.data.broken_seq,
                              why: chain.data.why,
                          })}
                </Alert>
            )}
            <Button variant="default" loading={chain.isFetching} onClick={() => void chain.refetch()}>
                {t('Check the chain')}
            </Button>
        </>
    );
}
