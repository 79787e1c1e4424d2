import { Button, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import { useFormat } from '@/shared/format/use-format';
import { type Column, DataTable } from '@/shared/table/data-table';
import { StageMark, ValueMark } from '@/shared/ui/marks';
import { Screen } from '@/shared/ui/screen';
import { Empty, Failed } from '@/shared/ui/states';

type Row = Schemas['CustomerRow'];

export function CustomersScreen() {
    const { t } = useTranslation();
    const format = useFormat();
    const navigate = useNavigate();
    const customers = useList('/api/v1/customers', {}, (cursor) =>
        dataOf(api.GET('/api/v1/customers', { params: { query: { limit: 500, ...(cursor ? { cursor } : {}) } } })),
    );
    const open = (customerId: string) => void navigate({ to: '/customers/$customerId', params: { customerId } });
    const find = (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        const id = String(new FormData(event.currentTarget).get('id')).trim();
        if (id) {
            open(id);
        }
    };
    const columns = useMemo<Column<Row>[]>(
        () => [
            { id: 'customer_id', title: t('Customer'), value: (r) => r.customer_id, width: 240 },
            {
                id: 'stage',
                title: t('Stage'),
                value: (r) => r.stage,
                cell: (r) => <StageMark stage={r.stage} />,
                width: 150,
            },
            {
                id: 'value_segment',
                title: t('Value segment'),
                value: (r) => r.value_segment,
                cell: (r) => <ValueMark segment={r.value_segment} />,
                width: 150,
            },
            {
                id: 'lifetime_value',
                title: t('Lifetime value'),
                value: (r) => r.lifetime_value,
                cell: (r) => (r.lifetime_value === null ? '–' : format.decimal(r.lifetime_value)),
                align: 'end',
                width: 140,
            },
            {
                id: 'computed_at',
                title: t('Profile of'),
                value: (r) => r.computed_at,
                cell: (r) => format.dateTime(r.computed_at),
                width: 200,
            },
        ],
        [t, format],
    );
    return (
        <Screen
            title={t('Customers')}
            about={t(
                'Everybody with a profile. Open one to see what is known, what is predicted, and what would be offered.',
            )}
        >
            {customers.error ? (
                <Failed error={customers.error} onRetry={customers.again} />
            ) : (
                <DataTable
                    name={t('Customers')}
                    columns={columns}
                    rows={customers.rows}
                    rowId={(r) => r.customer_id}
                    total={customers.total}
                    isLoading={customers.isLoading}
                    hasMore={customers.hasMore}
                    onMore={customers.more}
                    onOpen={(r) => open(r.customer_id)}
                    toolbar={
                        <form onSubmit={find} style={{ display: 'flex', gap: 8 }}>
                            <TextInput
                                name="id"
                                size="xs"
                                w={240}
                                type="search"
                                data-screen-search
                                placeholder={t('Customer id')}
                                aria-label={t('Customer id')}
                            />
                            <Button type="submit" size="xs" variant="default">
                                {t('Open')}
                            </Button>
                        </form>
                    }
                    empty={
                        <Empty title={t('Your customers will appear here')}>
                            {t(
                                'Profiles are computed from the data warehouse: run “boon features”, or wait for the daily run.',
                            )}
                        </Empty>
                    }
                />
            )}
        </Screen>
    );
}
