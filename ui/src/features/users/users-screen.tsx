import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { type Column, DataTable } from '@/shared/table/data-table';
import { StateMark } from '@/shared/ui/marks';
import { Screen } from '@/shared/ui/screen';
import { Empty, Failed } from '@/shared/ui/states';
import { InviteDialog } from './invite-dialog';
import { type Standing, standingOf, type User, useRoles } from './roles';
import { UserPanel } from './user-panel';

const none: User[] = [];

/** Who may log in, and what each may do. */
export function UsersScreen() {
    const { t } = useTranslation();
    const { open } = useSearch({ from: '/shell/users' });
    const navigate = useNavigate({ from: '/users' });
    const [isInviting, setInviting] = useState(false);
    const users = $api.useQuery('get', '/api/v1/users');
    const rows = users.data?.items ?? none;
    const chosen = rows.find((user) => user.name === open);
    const columns = useColumns();
    const show = (name: string | undefined) => void navigate({ search: { open: name }, replace: true });
    return (
        <Screen
            needs="users"
            title={t('Users')}
            about={t('Who may log in, and what each may do. Programs come with an API key instead.')}
            actions={<Button onClick={() => setInviting(true)}>{t('Invite somebody')}</Button>}
            panel={chosen && <UserPanel key={chosen.name} user={chosen} onClose={() => show(undefined)} />}
        >
            {users.isError && !users.data ? (
                <Failed error={users.error} onRetry={() => void users.refetch()} />
            ) : (
                <DataTable
                    name={t('Users')}
                    columns={columns}
                    rows={rows}
                    rowId={(user) => user.name}
                    isLoading={users.isLoading}
                    onOpen={(user) => show(user.name)}
                    openId={open}
                    empty={<Empty title={t('Users will appear here')} />}
                />
            )}
            {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
        </Screen>
    );
}

export function StandingMark({ standing }: { standing: Standing }) {
    const { t } = useTranslation();
    const words = { disabled: t('disabled'), invited: t('waits for the link'), active: t('may log in') };
    const tones = { disabled: 'retired', invited: 'warning', active: 'active' };
    return <StateMark state={tones[standing]} label={words[standing]} />;
}

function useColumns(): Column<User>[] {
    const { t } = useTranslation();
    const format = useFormat();
    const words = useRoles();
    return useMemo(
        () => [
            { id: 'name', title: t('User name'), value: (u) => u.name, width: 180 },
            { id: 'full_name', title: t('Name'), value: (u) => u.full_name || null, width: 180 },
            { id: 'role', title: t('Role'), value: (u) => words[u.role].name, width: 110 },
            {
                id: 'state',
                title: t('State'),
                value: (u) => standingOf(u),
                cell: (u) => <StandingMark standing={standingOf(u)} />,
                width: 140,
            },
            {
                id: 'login',
                title: t('Last login'),
                value: (u) => u.last_login_at,
                cell: (u) => (u.last_login_at ? format.ago(u.last_login_at) : t('never')),
                width: 130,
            },
            {
                id: 'created',
                title: t('Added'),
                value: (u) => u.created_at,
                cell: (u) => (
                    <>
                        <bdi>{format.date(u.created_at)}</bdi> · <bdi>{u.created_by}</bdi>
                    </>
                ),
                width: 200,
            },
        ],
        [t, format, words],
    );
}
