import { Stack, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { type Session, SessionList } from '@/shared/session/session-list';
import { Confirm } from '@/shared/ui/confirm';
import { done } from '@/shared/ui/notify';

const route = '/api/v1/users/{name}/sessions';

/** Where a user is signed in: a lost phone's session ends here. */
export function UserSessions({ name }: { name: string }) {
    const { t } = useTranslation();
    const [all, setAll] = useState<Session[]>();
    const path = `/api/v1/users/${name}/sessions`;
    const end = async (session_id: string) => {
        await api.DELETE('/api/v1/users/{name}/sessions/{session_id}', { params: { path: { name, session_id } } });
        await changed(path);
    };
    const endAll = async () => {
        await api.DELETE(route, { params: { path: { name } } });
        await changed(path);
        done(t('All sessions of {{name}} have ended.', { name }));
    };
    return (
        <Stack gap="xs" component="section" aria-label={t('Sessions')}>
            <Title order={3} size="14px">
                {t('Sessions')}
            </Title>
            <SessionList
                path={path}
                read={() => dataOf(api.GET(route, { params: { path: { name } } }))}
                end={end}
                endAll={setAll}
            />
            {all && (
                <Confirm
                    isOpen
                    onClose={() => setAll(undefined)}
                    title={t('End all sessions of “{{name}}”?', { name })}
                    verb={t('End all sessions')}
                    hits={[t('{{n}} sessions end now, and what is unsaved there is lost.', { n: all.length })]}
                    act={endAll}
                />
            )}
        </Stack>
    );
}
