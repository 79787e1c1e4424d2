import { Group, Table, Text, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { ValueMark } from '@/shared/ui/marks';
import { Section } from '@/shared/ui/screen';
import { Empty, Loaded } from '@/shared/ui/states';
import css from './movements.module.css';

const order = ['high_value', 'medium_value', 'low_value'];

export function Movements() {
    const { t } = useTranslation();
    const { from, to } = useSearch({ from: '/shell/value' });
    const navigate = useNavigate({ from: '/value' });
    const set = (change: { from?: string; to?: string }) =>
        void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
    // Before the first run nobody had a segment: everybody would seem to have come since.
    const series = $api.useQuery('get', '/api/v1/value/series', {
        params: { query: { ...(from ? { from } : {}), ...(to ? { to } : {}) } },
    });
    const runs = series.data?.items ?? [];
    const since = from ?? (runs.length > 1 ? runs[0]?.as_of : undefined);
    const movements = $api.useQuery(
        'get',
        '/api/v1/value/movements',
        { params: { query: { ...(since ? { from: since } : {}), ...(to ? { to } : {}) } } },
        { enabled: !series.isLoading },
    );
    return (
        <Section
            title={t('Who moved between segments?')}
            about={t('Rows: where they were; columns: where they are. Up is a gain, down is a loss.')}
            actions={
                <Group gap="xs">
                    <TextInput
                        type="date"
                        size="xs"
                        aria-label={t('From')}
                        value={from ?? ''}
                        max={to}
                        onChange={(e) => set({ from: e.currentTarget.value || undefined })}
                    />
                    <TextInput
                        type="date"
                        size="xs"
                        aria-label={t('To')}
                        value={to ?? ''}
                        min={from}
                        onChange={(e) => set({ to: e.currentTarget.value || undefined })}
                    />
                </Group>
            }
        >
            <Loaded query={movements} lines={4}>
                {(data) =>
                    data.items.length === 0 ? (
                        <Empty title={t('Movements will appear here after the second run')} />
                    ) : (
                        <Grid items={data.items} />
                    )
                }
            </Loaded>
        </Section>
    );
}

function Grid({ items }: { items: Schemas['Movement'][] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const rank = (segment: string) => (order.includes(segment) ? order.indexOf(segment) : order.length);
    const sides = (pick: (m: Schemas['Movement']) => string | null) =>
        [...new Set(items.map((m) => pick(m) ?? ''))].toSorted((a, b) =>
            a === '' ? 1 : b === '' ? -1 : rank(a) - rank(b),
        );
    const rows = sides((m) => m.from);
    const columns = sides((m) => m.to);
    const at = (from: string, to: string) =>
        items.find((m) => (m.from ?? '') === from && (m.to ?? '') === to)?.customers ?? 0;
    const kind = (from: string, to: string) =>
        from === to || from === '' || to === '' ? undefined : rank(to) < rank(from) ? 'up' : 'down';
    return (
        <Table.ScrollContainer minWidth={480}>
            <Table>
                <Table.Thead>
                    <Table.Tr>
                        <Table.Th>{t('From ↓ to →')}</Table.Th>
                        {columns.map((to) => (
                            <Table.Th key={to} ta="end">
                                {to ? <ValueMark segment={to} /> : t('Gone')}
                            </Table.Th>
                        ))}
                    </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                    {rows.map((from) => (
                        <Table.Tr key={from}>
                            <Table.Th>{from ? <ValueMark segment={from} /> : t('New')}</Table.Th>
                            {columns.map((to) => (
                                <Table.Td key={to} ta="end" className={`num ${css.cell}`} data-kind={kind(from, to)}>
                                    {kind(from, to) === 'up' && (
                                        <Text span aria-label={t('up')}>
                                            ↑{' '}
                                        </Text>
                                    )}
                                    {kind(from, to) === 'down' && (
                                        <Text span aria-label={t('down')}>
                                            ↓{' '}
                                        </Text>
                                    )}
                                    {format.integer(at(from, to))}
                                </Table.Td>
                            ))}
                        </Table.Tr>
                    ))}
                </Table.Tbody>
            </Table>
        </Table.ScrollContainer>
    );
}
