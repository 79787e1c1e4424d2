import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { StateMark } from '@/shared/ui/marks';
import { Failed, Waiting } from '@/shared/ui/states';
import { deviceOf } from './device';
import css from './session-list.module.css';

export type Session = Schemas['SessionEntry'];

interface SessionListProps {
    /** The API's path of the list, by which the cache knows it. */
    path: string;
    read: () => Promise<{ items: Session[] }>;
    end: (id: string) => Promise<unknown>;
    /** Of all but the one that asks. */
    endAll: (others: Session[]) => void;
}

/** Where somebody is signed in, each with a way to end it. */
export function SessionList({ path, read, end, endAll }: SessionListProps) {
    const { t } = useTranslation();
    const sessions = useQuery({ queryKey: ['get', path], queryFn: read });
    if (sessions.isError && !sessions.data) {
        return <Failed error={sessions.error} onRetry={() => void sessions.refetch()} />;
    }
    if (!sessions.data) {
        return <Waiting />;
    }
    const { items } = sessions.data;
    const others = items.filter((session) => !session.is_current);
    if (items.length === 0) {
        return <Text className="quiet">{t('Signed in nowhere.')}</Text>;
    }
    return (
        <Stack gap="xs">
            <ul className={css.list}>
                {items.map((session) => (
                    <Line key={session.id} session={session} end={() => end(session.id)} />
                ))}
            </ul>
            {others.length > 1 && (
                <Group justify="flex-end">
                    <Button size="xs" variant="default" onClick={() => endAll(others)}>
                        {items.length === others.length ? t('End all sessions') : t('End all others')}
                    </Button>
                </Group>
            )}
        </Stack>
    );
}

function Line({ session, end }: { session: Session; end: () => Promise<unknown> }) {
    const { t } = useTranslation();
    const format = useFormat();
    const name = useDeviceName()(session.agent);
    const ending = useMutation({ mutationFn: end });
    return (
        <li className={css.line}>
            <div className={css.words}>
                <Group gap="xs">
                    <span title={session.agent}>{name}</span>
                    {session.is_current && <StateMark state="active" label={t('this one')} />}
                </Group>
                <Text className="quiet small wrap">
                    {t('last used {{when}}', { when: format.ago(session.seen_at) })}
                    {session.address && (
                        <>
                            {' · '}
                            <bdi>{session.address}</bdi>
                        </>
                    )}
                    {' · '}
                    {t('since {{when}}', { when: format.dateTime(session.created_at) })}
                </Text>
                {ending.isError && <Failed error={ending.error} />}
            </div>
            {!session.is_current && (
                <Button
                    size="xs"
                    variant="default"
                    loading={ending.isPending}
                    aria-label={t('End the session: {{device}}', { device: name })}
                    onClick={() => ending.mutate()}
                >
                    {t('End')}
                </Button>
            )}
        </li>
    );
}

function useDeviceName(): (agent: string) => string {
    const { t } = useTranslation();
    return (agent) => {
        const { browser, system } = deviceOf(agent);
        if (browser && system) {
            return t('{{browser}} on {{system}}', { browser, system });
        }
        return browser ?? system ?? t('Unknown device');
    };
}
