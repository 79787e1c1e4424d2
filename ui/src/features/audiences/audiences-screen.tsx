import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { type Column, DataTable } from '@/shared/table/data-table';
import { LinkButton } from '@/shared/ui/links';
import { Screen } from '@/shared/ui/screen';
import { Empty, Failed } from '@/shared/ui/states';
import type { Audience } from './audience';
import { AudiencePanel } from './audience-panel';

export function AudiencesScreen() {
    const { t } = useTranslation();
    const { open } = useSearch({ from: '/shell/audiences' });
    const navigate = useNavigate({ from: '/audiences' });
    const mayChange = useMay('audiences');
    const audiences = useList('/api/v1/audiences', {}, (cursor) =>
        dataOf(api.GET('/api/v1/audiences', { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } })),
    );
    const columns = useColumns();
    const show = (name: string | undefined) => void navigate({ search: { open: name }, replace: true });
    const create = mayChange && <LinkButton to="/audiences/new">{t('New audience')}</LinkButton>;
    return (
        <Screen
            title={t('Audiences')}
            about={t(
                'Rules with a name that select customers. Offers are aimed at them, and their customers go out as lists.',
            )}
            actions={create}
            panel={open && <AudiencePanel key={open} name={open} onClose={() => show(undefined)} />}
        >
            {audiences.error ? (
                <Failed error={audiences.error} onRetry={audiences.again} />
            ) : (
                <DataTable
                    name={t('Audiences')}
                    columns={columns}
                    rows={audiences.rows}
                    rowId={(a) => a.name}
                    total={audiences.total}
                    isLoading={audiences.isLoading}
                    hasMore={audiences.hasMore}
                    onMore={audiences.more}
                    onOpen={(a) => show(a.name)}
                    openId={open}
                    empty={
                        <Empty title={t('Audiences will appear here')} action={create}>
                            {t('Say whom you mean, see how many they are, then aim an offer at them.')}
                        </Empty>
                    }
                />
            )}
        </Screen>
    );
}

function useColumns(): Column<Audience>[] {
    const { t } = useTranslation();
    const format = useFormat();
    return useMemo(
        () => [
            { id: 'name', title: t('Name'), value: (a) => a.name, width: 200 },
            { id: 'description', title: t('Description'), value: (a) => a.description || null, width: 300 },
            { id: 'version', title: t('Version'), value: (a) => a.version, align: 'end', width: 84 },
            {
                id: 'updated',
                title: t('Changed'),
                value: (a) => a.updated_at,
                cell: (a) => `${format.ago(a.updated_at)} · ${a.updated_by}`,
                width: 220,
            },
        ],
        [t, format],
    );
}
